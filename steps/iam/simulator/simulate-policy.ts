import type { JsonObject } from '../../../engine/step/json.ts'
import { ServiceError, type Caller } from '../../aws/simulator/service.ts'
import type { Requests } from './shapes.ts'

const pageSize = 100

/** Decides as the sandbox does: what the rehearsal file denies is denied on every resource, the rest allowed. */
export function simulatePolicy(input: JsonObject, caller: Caller, isDenied: (action: string) => boolean): JsonObject {
  const request = input as Requests['SimulatePrincipalPolicy'] // the server has found it valid
  const { PolicySourceArn: source, ActionNames: actions, ResourceArns: resources = ['*'] } = request
  if (!/^arn:[^:]+:iam::\d{12}:(user|group|role)\/\S+$/.test(source))
    throw new ServiceError(
      'InvalidInput',
      `Invalid Entity Arn: ${source} does not clearly define entity type and name.`,
    )
  if (source !== caller.arn) throw new ServiceError('NoSuchEntity', `Entity ${source} cannot be found.`, 404)
  const invalid = actions.find((action) => !/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(action))
  if (invalid !== undefined) throw new ServiceError('InvalidInput', `Invalid Action: ${invalid}.`)
  const results = actions.flatMap((action) => resources.map((resource) => resultOf(action, resource, isDenied(action))))
  const start = request.Marker === undefined ? 0 : startOf(request.Marker, results.length)
  const end = start + Math.min(request.MaxItems ?? pageSize, pageSize)
  return {
    IsTruncated: end < results.length,
    EvaluationResults: results.slice(start, end),
    ...(end < results.length ? { Marker: Buffer.from(String(end)).toString('base64') } : {}),
  }
}

function resultOf(action: string, resource: string, denied: boolean): JsonObject {
  const policy = denied ? 'denied-by-the-rehearsal' : 'allowed-by-the-sandbox'
  return {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: denied ? 'explicitDeny' : 'allowed',
    MatchedStatements: [{ SourcePolicyId: policy, SourcePolicyType: 'IAM Policy' }],
    MissingContextValues: [],
  }
}

function startOf(marker: string, length: number): number {
  const start = Number(Buffer.from(marker, 'base64').toString('utf8'))
  if (!Number.isInteger(start) || start < 1 || start >= length)
    throw new ServiceError('InvalidInput', 'Invalid Marker.')
  return start
}
