import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { AppContext } from '../../context.ts'
import { handleMessage, verifyUrl } from './handle-message.ts'
import { XmlPushError } from './verify-message.ts'

const Line = Type.String({ maxLength: 256 })
const signed = {
  timestamp: Type.String({ pattern: '^[0-9]{1,12}$' }),
  nonce: Line,
}
const url = '/v1/wechat/push/:appId'
const params = Type.Object({ appId: Line })

/** Far above the size of any event. */
const bodyLimit = 64 * 1024

/**
 * WeChat's message push, in its own format, so it is not in the contract. Without a limit per IP: all messages come from a
 * few IPs, and WeChat gives up a rejected one after a few retries.
 */
export function pushRoutes(app: FastifyInstance, context: AppContext): void {
  const warnAboutXml = createXmlWarning()

  app.register(async (scope) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>()
    // The body is read as text, whatever its content type.
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
        verifyUrl(context, appId, query)
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
        const text = typeof body === 'string' ? body : ''
        try {
          await handleMessage(context, { appId, query, body: text }, log)
        } catch (error) {
          if (error instanceof XmlPushError) warnAboutXml(appId, log)
          throw error
        }
        return reply.type('text/plain; charset=utf-8').send('success')
      },
    )
  })
}

const xmlWarningEveryMs = 5 * 60 * 1000

/** Warns at most every few minutes per mini program, since WeChat sends each message several times. */
function createXmlWarning(): (appId: string, log: FastifyBaseLogger) => void {
  const warnedAt = new Map<string, number>()
  return (appId, log) => {
    const now = Date.now()
    if (now - (warnedAt.get(appId) ?? 0) < xmlWarningEveryMs) return
    warnedAt.set(appId, now)
    log.warn(
      { appId },
      "WeChat pushes XML, so its messages are rejected: choose JSON as the data format in WeChat's console (开发管理 > 消息推送 > 数据格式)",
    )
  }
}
