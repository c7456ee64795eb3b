import { ServiceError } from '../../aws/simulator/service.ts'
import type { ValueOf } from '../../aws/simulator/shapes.ts'
import { findAuthority, requireStatus } from './context.ts'
import { pageOf } from '../../aws/simulator/paging.ts'
import type { Handlers } from './requests.ts'
import type { tags } from './shapes.ts'
import type { Status } from './status.ts'

type Tags = ValueOf<typeof tags>

const taggable: readonly Status[] = ['CREATING', 'PENDING_CERTIFICATE', 'ACTIVE', 'DISABLED', 'EXPIRED', 'FAILED']
const mostTags = 50

export const tagOperations: Handlers<'TagCertificateAuthority' | 'UntagCertificateAuthority' | 'ListTags'> = {
  TagCertificateAuthority({ CertificateAuthorityArn: arn, Tags: wanted }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, taggable)
    const kept = authority.tags.filter(({ Key }) => wanted.every((tag) => tag.Key !== Key))
    const tags = [...kept, ...wanted]
    checkTags(tags)
    context.store.save({ ...authority, tags }, { operation: 'TagCertificateAuthority', resource: arn })
    return {}
  },

  UntagCertificateAuthority({ CertificateAuthorityArn: arn, Tags: unwanted }, context) {
    const { authority, status } = findAuthority(arn, context)
    requireStatus(arn, status, taggable)
    // A tag given without its value is removed whatever its value is.
    const tags = authority.tags.filter(
      (tag) => !unwanted.some(({ Key, Value }) => Key === tag.Key && (Value === undefined || Value === tag.Value)),
    )
    context.store.save({ ...authority, tags }, { operation: 'UntagCertificateAuthority', resource: arn })
    return {}
  },

  ListTags(input, context) {
    const { authority, status } = findAuthority(input.CertificateAuthorityArn, context)
    requireStatus(input.CertificateAuthorityArn, status, taggable)
    const { page, ...next } = pageOf(authority.tags, ({ Key }) => Key, input, context.settings.pageSize)
    return { Tags: page.map(({ Key, Value }) => ({ Key, ...(Value === undefined ? {} : { Value }) })), ...next }
  },
}

/** @throws {ServiceError} `TooManyTagsException`, `InvalidTagException` */
export function checkTags(wanted: Tags): void {
  const keys = wanted.map(({ Key }) => Key)
  if (keys.length > mostTags)
    throw new ServiceError('TooManyTagsException', `A certificate authority has at most ${mostTags} tags.`)
  const bad = keys.find((key, index) => /^aws:/i.test(key) || keys.indexOf(key) !== index)
  if (bad !== undefined) throw new ServiceError('InvalidTagException', `The tag key ${bad} is reserved or given twice.`)
}
