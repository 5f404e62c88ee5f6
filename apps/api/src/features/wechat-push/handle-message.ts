import { createHash } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { AppContext } from '../../context.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { addJob } from '../../infra/jobs/jobs.ts'
import { ApiError } from '../../utils/api-error.ts'
import { knownEvent, parseEvent } from './message-to-job.ts'
import { assertSigned, openMessage, type PushSecrets, type SignedQuery } from './verify-message.ts'

/** Verifies WeChat's request when the URL is saved in its console. */
export function verifyUrl({ config }: Pick<AppContext, 'config'>, appId: string, query: SignedQuery): void {
  assertSigned(pushSecretsOf(config, appId), query)
}

/** Accepts a message: it is processed once, even though WeChat may send it several times. */
export async function handleMessage(
  { config, database: { prisma }, jobs }: Pick<AppContext, 'config' | 'database' | 'jobs'>,
  { appId, query, body }: { appId: string; query: SignedQuery; body: string },
  log: FastifyBaseLogger,
): Promise<void> {
  const push = pushSecretsOf(config, appId)
  const allowPlain = config.environment !== 'production'
  const { text, message } = openMessage(body, query, { appId, push, allowPlain })
  const outcome = await prisma.$transaction((transaction) => recordOnce(transaction, appId, text, message))
  if (outcome === 'accepted') jobs.notify()
  log.info({ appId, event: knownEvent(message) ?? 'other', outcome }, 'message from WeChat')
}

function pushSecretsOf({ wechat }: AppContext['config'], appId: string): PushSecrets {
  const push = wechat.apps.find((app) => app.appId === appId)?.push
  if (!push) throw new ApiError('not_found')
  return push
}

/** @returns the outcome, for the log. */
async function recordOnce(
  transaction: Prisma.TransactionClient,
  appId: string,
  text: string,
  message: Record<string, unknown>,
): Promise<'accepted' | 'repeated' | 'unknown_user' | 'nothing_to_do'> {
  const hash = new Uint8Array(createHash('sha256').update(`${appId}\n${text}`).digest())
  const { count } = await transaction.wechatMessage.createMany({
    data: { hash, receivedAt: new Date() },
    skipDuplicates: true,
  })
  if (count === 0) return 'repeated'
  const parsed = parseEvent(message, appId)
  if (!parsed) return 'nothing_to_do'
  if ('kind' in parsed) {
    await addJob(transaction, parsed.kind, parsed.payload)
    return 'accepted'
  }
  // Now rather than in the job: by then another user may have logged in with this openid. The lock waits for a merge or a
  // deletion under way, and a later one finds the job.
  const [identity] = await transaction.$queryRaw<{ user_id: string }[]>`
    SELECT user_id FROM wechat_identities WHERE app_id = ${appId} AND openid = ${parsed.openid} FOR SHARE`
  if (!identity) return 'unknown_user'
  const { kind, payload } = parsed.jobFor(identity.user_id)
  await addJob(transaction, kind, payload)
  return 'accepted'
}
