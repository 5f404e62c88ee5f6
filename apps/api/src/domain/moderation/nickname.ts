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
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'
import { defaultNickname } from '../users/nickname.ts'
import { findLatestIdentity } from './find-latest-identity.ts'
import { isRejected, requiresRecentVisit } from './verdict.ts'

/** `unchecked`: there is no verdict before the next login of the user; `retry`: a job may get one any time. */
export type NicknameVerdict = 'accepted' | 'unchecked' | 'retry'

/**
 * Asks WeChat about a nickname before it is stored, and waits no longer than one call to WeChat may take.
 *
 * @param author of the nickname; `null` for a user without a WeChat identity.
 * @throws ApiError `content_rejected`; `content_check_unavailable` where `contentCheck` allows nothing unchecked.
 */
export async function moderateNickname(
  {
    apps,
    wechat,
    config: {
      contentCheck,
      wechat: { timeoutMs },
    },
  }: { apps: WechatApps; wechat: WechatClient; config: Pick<Config, 'contentCheck' | 'wechat'> },
  author: WechatIdentity | null,
  nickname: string,
  log: FastifyBaseLogger,
): Promise<NicknameVerdict> {
  if (author === null) return acceptUnchecked(contentCheck, 'unchecked')
  const { appId, openid } = author
  try {
    const suggest = await withTimeout(
      wechat.checkText(apps.find(appId), { openid, text: nickname }),
      timeoutMs,
      () => wechatUnavailable(`no verdict within ${timeoutMs} ms`),
    )
    if (!isRejected(suggest, contentCheck)) return 'accepted'
  } catch (error) {
    log.warn({ err: error, appId, errcode: errcodeOf(error) }, 'WeChat did not check a nickname')
    return acceptUnchecked(contentCheck, requiresRecentVisit(error) ? 'unchecked' : 'retry', error)
  }
  throw new ApiError('content_rejected')
}

function acceptUnchecked(
  contentCheck: Config['contentCheck'],
  verdict: NicknameVerdict,
  cause?: unknown,
): NicknameVerdict {
  if (contentCheck === 'accept') return verdict
  throw new ApiError('content_check_unavailable', { cause })
}

/** The job `check_nickname`: checks a nickname that was stored unchecked. The default one replaces a rejected one. */
export async function recheckNickname(
  context: { database: Database; wechat: WechatClient; config: Pick<Config, 'contentCheck' | 'wechat'> },
  { userId }: JobPayloads['check_nickname'],
): Promise<void> {
  const {
    database: { prisma },
    config: { contentCheck },
  } = context
  const user = await prisma.user.findFirst({ where: { id: userId, nicknameUnchecked: true } })
  if (!user?.nickname) return
  const { nickname } = user
  const verdict = await checkStoredNickname(context, userId, nickname)
  // The next login adds another job.
  if (verdict === null) return
  const { suggest, appId } = verdict
  await prisma.$transaction(async (transaction) => {
    const isAccepted = !isRejected(suggest, contentCheck)
    // A nickname that was chosen meanwhile has a verdict of its own.
    const { count } = await transaction.user.updateMany({
      where: { id: userId, nickname, nicknameUnchecked: true },
      data: { nicknameUnchecked: false, ...(isAccepted ? {} : { nickname: defaultNickname(userId) }) },
    })
    if (isAccepted || count === 0) return
    await appendAuditEntry(prismaQuery(transaction), {
      type: 'content_rejected',
      userId,
      appId,
      data: { what: 'nickname' },
    })
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
    const suggest = await context.wechat.checkText(identity.app, { openid: identity.openid, text })
    return { suggest, appId: identity.app.appId }
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
    const job = await prisma.job.findFirst({
      where: { kind: 'check_nickname', deadAt: null, payload: { path: ['userId'], equals: userId } },
    })
    if (!job) await addJob(prisma, 'check_nickname', { userId })
    jobs.notify()
  } catch (error) {
    log.error({ err: error, userId }, 'a nickname will be checked at a later login')
  }
}
