import type { Static } from 'typebox'
import type { CheckAnswer } from '../../engine/step/check-answer.ts'
import type { CheckContext } from '../../engine/step/context.ts'
import { effectTag } from '../aws/tags.ts'
import { textOf } from './answer.ts'
import { present, type Cluster } from './client.ts'
import { idOf, listClusters, stateOf, tagOf, zonesOf } from './clusters.ts'
import type { ClusterOutputs } from './cluster-schema.ts'
import type { clusterState } from './schemas.ts'

type Answer = CheckAnswer<ClusterOutputs>

/**
 * What `check` of a step that makes a cluster sees. A cluster is ours by the tag that was set with the request that made it, and is
 * taken for what is wanted by its `Name`.
 *
 * @param differs how a cluster differs from what is wanted; `undefined`: in nothing
 */
export async function lookForCluster(
  name: string,
  differs: (cluster: Cluster) => string | undefined,
  context: CheckContext<'aws'>,
): Promise<Answer> {
  const clusters = (await listClusters(context)).filter(isThere)
  const own = clusters.find((each) => isOwn(each, context))
  const others = clusters.filter((each) => each !== own && tagOf(each, 'Name') === name)
  const [other] = others
  if (own === undefined && other === undefined) return { state: 'absent' }
  if (own !== undefined && other === undefined) return judge(own, differs)
  if (own === undefined && other !== undefined && others.length === 1 && context.effectId === undefined)
    return judge(other, differs)
  return severalOf(name, own, others)
}

/** One that is being deleted is gone: its name is free. */
function isThere(cluster: Cluster): boolean {
  const state = stateOf(cluster)
  return state !== 'DELETED' && state !== 'DELETE_IN_PROGRESS'
}

function isOwn(cluster: Cluster, { effectId, answer }: CheckContext<'aws'>): boolean {
  if (effectId === undefined) return false
  return tagOf(cluster, effectTag) === effectId || idOf(cluster) === textOf(answer, 'clusterId')
}

function severalOf(name: string, own: Cluster | undefined, others: readonly Cluster[]): Answer {
  const named = others.map((each) => `\`${idOf(each)}\`${makerOf(each)}`).join(', ')
  const hint = 'agree with whoever made the other one which of them stays, and delete the other'
  if (own !== undefined)
    return {
      state: 'conflict',
      differs: `this run made \`${idOf(own)}\` named \`${name}\`, and meanwhile ${named} is there with the same name`,
      hint,
    }
  if (others.length > 1)
    return { state: 'conflict', differs: `${others.length} clusters are named \`${name}\`: ${named}`, hint }
  return { state: 'conflict', differs: `somebody else made ${named} named \`${name}\` meanwhile`, hint }
}

function makerOf(cluster: Cluster): string {
  const effect = tagOf(cluster, effectTag)
  return effect === undefined ? '' : ` (effect \`${effect}\`)`
}

function judge(cluster: Cluster, differs: (cluster: Cluster) => string | undefined): Answer {
  const id = idOf(cluster)
  const state = stateOf(cluster)
  const difference = differs(cluster)
  if (difference !== undefined) return { state: 'conflict', differs: `\`${id}\` has ${difference}` }
  if (state === 'CREATE_IN_PROGRESS') return { state: 'pending', what: `\`${id}\` is ${state}` }
  if (state === 'DEGRADED')
    return { state: 'conflict', differs: `\`${id}\` is DEGRADED: ${cluster.StateMessage ?? 'AWS does not say why'}` }
  const madeBy = tagOf(cluster, effectTag)
  return {
    state: 'satisfied',
    outputs: {
      clusterId: id,
      vpcId: present(cluster.VpcId, 'DescribeClusters', 'VpcId'),
      securityGroup: present(cluster.SecurityGroup, 'DescribeClusters', 'SecurityGroup'),
      availabilityZones: zonesOf(cluster),
      hsmType: present(cluster.HsmType, 'DescribeClusters', 'HsmType'),
      state: state as Static<typeof clusterState>, // the engine holds it against the schema
    },
    ...(madeBy === undefined ? {} : { madeBy }),
  }
}
