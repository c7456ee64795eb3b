import type { AwsService } from '../../../../steps/aws/simulator/service.ts'
import { modelProblems, type Model } from './published-model.ts'

/** The same service; every request it takes and every answer it gives must be as the model says. */
export function heldToModel(service: AwsService, model: Model): AwsService {
  return {
    ...service,
    async open(world) {
      const running = await service.open(world)
      return {
        ...running,
        async call(operation, input, caller, fault) {
          const described = model.operations[operation]
          if (described === undefined) throw new Error(`the model has no ${operation}`)
          const output = await running.call(operation, input, caller, fault)
          const problems = [
            ...modelProblems(model, described.input, input, 'request'),
            ...modelProblems(model, described.output ?? { type: 'structure', members: {} }, output, 'answer'),
          ]
          if (problems.length > 0) throw new Error(`${operation}: ${problems.join('; ')}`)
          return output
        },
      }
    },
  }
}
