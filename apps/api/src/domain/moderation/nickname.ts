import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../infra/database/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob, type JobPayloads, type Jobs } from '../../infra/jobs/jobs.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { errcodeOf, wechatUnavailable } from '../../infra/wechat/wechat-api-error.ts'
import { ApiError } from '../../utils/api-error.ts'
import { withTimeout } from '../../utils/with-timeout.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { lockUser } from '../locks.ts'
import { defaultNickname } from '../users/nickname.ts'
import { findLatestIdentity } from './find-latest-identity.ts'
import { type ContentVerdict, queueReview, recordRejection } from './reviews.ts'
import { type ModerationPolicy, outcomeOf, requiresRecentVisit } from './verdict.ts'

type ModerationConfig = ModerationPolicy & Pick<Config, 'wechat'>

/**
 * `unchecked`: there is no verdict before the next login of the user; `retry`: a job may get one any time. `queued`: an
 * admin decides.
 */
export type NicknameOutcome =
  | { outcome: 'accepted' | 'unchecked' | 'retry' }
  | { outcome: 'rejected' | 'queued'; content: ContentVerdict }

/**
 * Asks WeChat about a nickname before it is stored, and waits no longer than one call to WeChat may take.
 *
 * @param author of the nickname; `null` for a user without a WeChat identity.
 * @throws ApiError `content_check_unavailable` where `contentCheck` allows nothing unchecked.
 */
export async function moderateNickname(
  { apps, wechat, config }: { apps: WechatApps; wechat: WechatClient; config: ModerationConfig },
  author: WechatIdentity | null,
  nickname: string,
  log: FastifyBaseLogger,
): Promise<NicknameOutcome> {
  const {
    contentCheck,
    wechat: { timeoutMs },
  } = config
  if (author === null) return acceptUnchecked(contentCheck, 'unchecked')
  const { appId, openid } = author
  try {
    const { suggest, traceId } = await withTimeout(
      wechat.checkText(apps.find(appId), { openid, text: nickname }),
      timeoutMs,
      () => wechatUnavailable(`no verdict within ${timeoutMs} ms`),
    )
    const outcome = outcomeOf(suggest, config)
    if (outcome === 'accepted') return { outcome }
    return { outcome, content: { kind: 'nickname', verdict: suggest, traceId, appId } }
  } catch (error) {
    log.warn({ err: error, appId, errcode: errcodeOf(error) }, 'WeChat did not check a nickname')
    return acceptUnchecked(contentCheck, requiresRecentVisit(error) ? 'unchecked' : 'retry', error)
  }
}

function acceptUnchecked(
  contentCheck: Config['contentCheck'],
  outcome: 'unchecked' | 'retry',
  cause?: unknown,
): NicknameOutcome {
  if (contentCheck === 'accept') return { outcome }
  throw new ApiError('content_check_unavailable', { cause })
}

/** The job `check_nickname`: checks a nickname that was stored unchecked. The default one replaces one that does not pass. */
export async function recheckNickname(
  context: { database: Database; wechat: WechatClient; config: ModerationConfig },
  { userId }: JobPayloads['check_nickname'],
): Promise<void> {
  const {
    database: { prisma },
    config,
  } = context
  const user = await prisma.user.findFirst({ where: { id: userId, nicknameUnchecked: true } })
  if (!user?.nickname) return
  const { nickname } = user
  const verdict = await checkStoredNickname(context, userId, nickname)
  // The next login adds another job.
  if (verdict === null) return
  const { suggest, traceId, appId } = verdict
  await prisma.$transaction(async (transaction) => {
    const locked = await lockUser(prismaQuery(transaction), userId)
    // A nickname that was chosen meanwhile has a verdict of its own.
    if (locked?.nickname !== nickname || !locked.nickname_unchecked) return
    const outcome = outcomeOf(suggest, config)
    await transaction.user.update({
      where: { id: userId },
      data: {
        nicknameUnchecked: false,
        ...(outcome === 'accepted' ? {} : { nickname: defaultNickname(userId) }),
      },
    })
    const content: ContentVerdict = { kind: 'nickname', verdict: suggest, traceId, appId }
    if (outcome === 'rejected') await recordRejection(transaction, userId, content)
    if (outcome === 'queued') await queueReview(transaction, locked, content, { pendingNickname: nickname })
  })
}

/** @returns `null` where WeChat has no verdict before the user opens the mini program again. */
async function checkStoredNickname(
  context: { database: Database; wechat: WechatClient; config: Pick<Config, 'wechat'> },
  userId: string,
  text: string,
) {
  const identity = await findLatestIdentity(context, userId)
  if (identity === null) return null
  try {
    const verdict = await context.wechat.checkText(identity.app, { openid: identity.openid, text })
    return { ...verdict, appId: identity.app.appId }
  } catch (error) {
    if (requiresRecentVisit(error)) return null
    throw error
  }
}

/** After a login, since WeChat checks only what recent visitors write. Never throws, so that the login succeeds. */
export async function scheduleNicknameCheck(
  { database: { prisma }, jobs, log }: { database: Database; jobs: Jobs; log: FastifyBaseLogger },
  userId: string,
): Promise<void> {
  try {
    // By `->>`, which has an index; Prisma's filter of JSON has none.
    const [job] = await prisma.$queryRaw<object[]>`
      SELECT FROM jobs WHERE payload->>'userId' = ${userId} AND kind = 'check_nickname' AND dead_at IS NULL LIMIT 1`
    if (!job) await addJob(prisma, 'check_nickname', { userId })
    jobs.notify()
  } catch (error) {
    log.error({ err: error, userId }, 'a nickname will be checked at a later login')
  }
}
