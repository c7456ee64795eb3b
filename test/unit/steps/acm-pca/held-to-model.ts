import type { AwsService } from '../../../../steps/aws/simulator/service.ts'
import { modelProblems, publishedModel } from './published-model.ts'

/** The same service; every request it takes and every answer it gives must be as the published model says. */
export function heldToModel(service: AwsService): AwsService {
  return {
    ...service,
    async open(world) {
      const running = await service.open(world)
      return {
        ...running,
        async call(operation, input, caller) {
          const model = publishedModel.operations[operation]
          if (model === undefined) throw new Error(`the model has no ${operation}`)
          const output = await running.call(operation, input, caller)
          const problems = [
            ...modelProblems(model.input, input, 'request'),
            ...modelProblems(model.output ?? { type: 'structure', members: {} }, output, 'answer'),
          ]
          if (problems.length > 0) throw new Error(`${operation}: ${problems.join('; ')}`)
          return output
        },
      }
    },
  }
}
