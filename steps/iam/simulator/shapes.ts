import { integer, list, string, structure, type ValueOf } from '../../aws/simulator/shapes.ts'

const policies = list(string({ min: 1, max: 131_072 }))
const context = structure({
  ContextKeyName: string({ min: 5, max: 256 }),
  ContextKeyValues: list(string()),
  ContextKeyType: string(),
})

/** The operations that tell what somebody may. @see the published model, iam-2010-05-08 */
export const operations = {
  SimulatePrincipalPolicy: structure({
    'PolicySourceArn*': string({ min: 20, max: 2048 }),
    PolicyInputList: policies,
    PermissionsBoundaryPolicyInputList: policies,
    'ActionNames*': list(string({ min: 3, max: 128 })),
    ResourceArns: list(string({ min: 1, max: 2048 })),
    ResourcePolicy: string({ min: 1, max: 131_072 }),
    ResourceOwner: string({ min: 1, max: 2048 }),
    CallerArn: string({ min: 1, max: 2048 }),
    ContextEntries: list(context),
    ResourceHandlingOption: string({ min: 1, max: 64 }),
    MaxItems: integer({ min: 1, max: 1000 }),
    Marker: string({ min: 1 }),
  }),
  GetUser: structure({ UserName: string({ min: 1, max: 128 }) }),
  GetRole: structure({ 'RoleName*': string({ min: 1, max: 64 }) }),
}

export type Requests = { readonly [K in keyof typeof operations]: ValueOf<(typeof operations)[K]> }
