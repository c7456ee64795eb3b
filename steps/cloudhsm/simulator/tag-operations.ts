import { pageOf } from '../../aws/simulator/paging.ts'
import { ServiceError } from '../../aws/simulator/service.ts'
import { findBackup, findCluster, type CloudHsmContext } from './context.ts'
import type { Handlers } from './requests.ts'
import type { Cluster } from './state.ts'
import type { Change } from './store.ts'
import { checkTags } from './tags.ts'

type Tags = Cluster['tags']

const mostTags = 50

export const tagOperations: Handlers<'TagResource' | 'UntagResource' | 'ListTags'> = {
  TagResource({ ResourceId: id, TagList: wanted }, context) {
    checkTags(wanted)
    const { tags, tagged } = taggable(id, context)
    const all = [...tags.filter(({ Key }) => wanted.every((tag) => tag.Key !== Key)), ...wanted]
    if (all.length > mostTags)
      throw new ServiceError('CloudHsmResourceLimitExceededException', `${id} has at most ${mostTags} tags.`)
    context.store.save(tagged(all), { operation: 'TagResource', resource: id })
    return {}
  },

  UntagResource({ ResourceId: id, TagKeyList: unwanted }, context) {
    const { tags, tagged } = taggable(id, context)
    const left = tags.filter(({ Key }) => !unwanted.includes(Key))
    context.store.save(tagged(left), { operation: 'UntagResource', resource: id })
    return {}
  },

  ListTags(input, context) {
    const { tags } = taggable(input.ResourceId, context)
    const { tagPageSize } = context.settings
    const { page, ...next } = pageOf(tags, ({ Key }) => Key, input, tagPageSize, 'CloudHsmInvalidRequestException')
    return { TagList: page.map((tag) => ({ ...tag })), ...next }
  },
}

function taggable(id: string, context: CloudHsmContext): { tags: Tags; tagged: (tags: Tags) => Change } {
  if (id.startsWith('cluster-')) {
    const { cluster } = findCluster(id, context)
    return { tags: cluster.tags, tagged: (tags) => ({ clusters: [{ ...cluster, tags }] }) }
  }
  const { backup } = findBackup(id, context)
  return { tags: backup.tags, tagged: (tags) => ({ backups: [{ ...backup, tags }] }) }
}
