import { createHash } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { addJob, type Jobs } from '../../infra/jobs/jobs.ts'
import { ApiError } from '../../utils/api-error.ts'
import { knownEvent, readMessage } from './message-to-job.ts'
import {
  type PushSecrets,
  readAuthentic,
  refuseUnsigned,
  type Signed,
  XmlPushError,
} from './verify-message.ts'

const xmlWarningEveryMs = 5 * 60 * 1000

/** WeChat at the other end of message push. Both throw ApiError `not_found` where no push is configured, `forbidden`. */
export type ReceiveMessage = {
  /** The check of the URL, when it is set in WeChat's console. */
  check(appId: string, signed: Signed): void
  /**
   * Takes a message: it will be worked off, once, though WeChat may send it several times.
   *
   * @throws ApiError `invalid_request` when it is no message.
   */
  take(appId: string, signed: Signed, body: string, log: FastifyBaseLogger): Promise<void>
}

export function createReceiveMessage({
  config: { environment, wechat },
  database: { prisma },
  wake,
}: {
  config: Pick<Config, 'environment' | 'wechat'>
  database: Database
  wake: Jobs['wake']
}): ReceiveMessage {
  const xmlWarnings = new Map<string, number>()
  const allowPlain = environment !== 'production'

  function secretsOf(appId: string): PushSecrets {
    const push = wechat.apps.find((app) => app.appId === appId)?.push
    if (!push) throw new ApiError('not_found')
    return push
  }

  /** Once in a while: WeChat sends each message several times. */
  function warnOfXml(appId: string, log: FastifyBaseLogger): void {
    const now = Date.now()
    if (now - (xmlWarnings.get(appId) ?? 0) < xmlWarningEveryMs) return
    xmlWarnings.set(appId, now)
    log.warn(
      { appId },
      "WeChat pushes XML, and no message is taken: choose JSON as the data format in WeChat's console (开发管理 > 消息推送 > 数据格式)",
    )
  }

  /** @returns what became of the message, in a word for the log. */
  async function keep(
    transaction: Prisma.TransactionClient,
    appId: string,
    text: string,
    message: Record<string, unknown>,
  ): Promise<'accepted' | 'repeated' | 'unknown_person' | 'nothing_to_do'> {
    const hash = new Uint8Array(createHash('sha256').update(`${appId}\n${text}`).digest())
    const { count } = await transaction.wechatMessage.createMany({
      data: { hash, receivedAt: new Date() },
      skipDuplicates: true,
    })
    if (count === 0) return 'repeated'
    const wanted = readMessage(message, appId)
    if (!wanted) return 'nothing_to_do'
    if ('kind' in wanted) {
      await addJob(transaction, wanted.kind, wanted.payload)
      return 'accepted'
    }
    // Now, and not when it is worked off: whoever comes back under this openid by then is somebody new.
    const { openid } = wanted
    // A merge or an deletion that is under way is waited for, and one that comes next finds the job.
    const [identity] = await transaction.$queryRaw<{ user_id: string }[]>`
      SELECT user_id FROM wechat_identities WHERE app_id = ${appId} AND openid = ${openid} FOR SHARE`
    if (!identity) return 'unknown_person'
    const { kind, payload } = wanted.taskFor(identity.user_id)
    await addJob(transaction, kind, payload)
    return 'accepted'
  }

  function readOrWarn(
    body: string,
    signed: Signed,
    { appId, push, log }: { appId: string; push: PushSecrets; log: FastifyBaseLogger },
  ): ReturnType<typeof readAuthentic> {
    try {
      return readAuthentic(body, signed, { appId, push, allowPlain })
    } catch (error) {
      if (error instanceof XmlPushError) warnOfXml(appId, log)
      throw error
    }
  }

  return {
    check: (appId, signed) => refuseUnsigned(secretsOf(appId), signed),
    async take(appId, signed, body, log) {
      const push = secretsOf(appId)
      const { text, message } = readOrWarn(body, signed, { appId, push, log })
      const outcome = await prisma.$transaction((transaction) => keep(transaction, appId, text, message))
      if (outcome === 'accepted') wake()
      log.info({ appId, event: knownEvent(message) ?? 'other', outcome }, 'message from WeChat')
    },
  }
}
