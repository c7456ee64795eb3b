import { DescribeClustersCommand, type CloudHSMV2 } from '@aws-sdk/client-cloudhsm-v2'
import { text } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type { JsonObject } from '../../../../engine/step/json.ts'

interface WireRequest {
  body: string
  readonly headers: Record<string, string>
}

/**
 * Any operation with any members, signed by the official client, and the answer as it comes over the wire: the client knows neither
 * all operations nor all members.
 *
 * @throws {Error} named as the service names its refusal
 */
export async function onWire(client: CloudHSMV2, operation: string, input: JsonObject): Promise<JsonObject> {
  const command = new DescribeClustersCommand({})
  let body = ''
  command.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as WireRequest // what the serializer before made
      request.body = JSON.stringify(input)
      request.headers['x-amz-target'] = `BaldrApiService.${operation}`
      delete request.headers['content-length']
      return next(args)
    },
    { step: 'build', priority: 'high' },
  )
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const response = result.response as { body: Readable | Buffer } // of the request handler for Node
      body = await text(response.body as Readable)
      response.body = Buffer.from(body)
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  await client.send(command)
  return JSON.parse(body) as JsonObject // written by the simulator alone
}
