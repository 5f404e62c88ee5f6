import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { ReceiveMessage } from './handle-message.ts'

const Line = Type.String({ maxLength: 256 })
const signed = {
  timestamp: Type.String({ pattern: '^[0-9]{1,12}$' }),
  nonce: Line,
}
const url = '/v1/wechat/push/:appId'
const params = Type.Object({ appId: Line })

/** Far above any event. */
const bodyLimit = 64 * 1024

/**
 * What WeChat calls, in its own forms: outside the contract, since no client of ours does. Without a limit for an
 * address, since all messages come from a few, and one that is refused is lost.
 */
export function registerPush(app: FastifyInstance, receiveMessage: ReceiveMessage): void {
  app.register(async (scope) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>()
    // Whatever WeChat calls it, it is a text.
    routes.removeAllContentTypeParsers()
    routes.addContentTypeParser<string>('*', { parseAs: 'string', bodyLimit }, (_request, body, done) =>
      done(null, body),
    )

    routes.get(
      url,
      {
        schema: {
          hide: true,
          params,
          querystring: Type.Object({ ...signed, signature: Line, echostr: Line }),
        },
      },
      async ({ params: { appId }, query }, reply) => {
        receiveMessage.check(appId, query)
        return reply.type('text/plain; charset=utf-8').send(query.echostr)
      },
    )

    routes.post(
      url,
      {
        schema: {
          hide: true,
          params,
          querystring: Type.Object({
            ...signed,
            signature: Type.Optional(Line),
            msg_signature: Type.Optional(Line),
          }),
        },
      },
      async ({ params: { appId }, query, body, log }, reply) => {
        await receiveMessage.take(appId, query, typeof body === 'string' ? body : '', log)
        return reply.type('text/plain; charset=utf-8').send('success')
      },
    )
  })
}
