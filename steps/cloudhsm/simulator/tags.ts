import { ServiceError } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import type { tags } from './shapes.ts'

/** @throws {ServiceError} for a key that is reserved or given twice */
export function checkTags(wanted: ValueOf<typeof tags>): void {
  const keys = wanted.map(({ Key }) => Key)
  const bad = keys.find((key, index) => /^aws:/i.test(key) || keys.indexOf(key) !== index)
  if (bad !== undefined)
    throw new ServiceError('CloudHsmTagException', `The tag key ${bad} is reserved or given twice.`)
}
