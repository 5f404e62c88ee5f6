import type { Config } from '../../config/config.ts'
import { isLoopback } from '../../config/network.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob, type JobPayloads } from '../../infra/jobs/jobs.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { isRiskyErrcode } from '../../infra/wechat/content-check.ts'
import { errcodeOf } from '../../infra/wechat/wechat-api-error.ts'
import { lockUser } from '../locks.ts'
import { fileUrl } from '../users/user.ts'
import { findLatestIdentity } from './find-latest-identity.ts'
import { type ContentVerdict, queueReview, recordRejection } from './reviews.ts'
import { type ModerationPolicy, outcomeOf, requiresRecentVisit } from './verdict.ts'

/** WeChat downloads the avatar that it checks: over https, which its own rules demand, and never from loopback. */
export const avatarModerationEnabled = ({ publicUrl }: Pick<Config, 'publicUrl'>): boolean =>
  publicUrl.startsWith('https:') && !isLoopback(publicUrl)

/**
 * The job `check_avatar`. Asks WeChat to check an avatar and stores the trace_id of its verdict, which comes by message
 * push. Where WeChat cannot check it, `contentCheck` decides.
 */
export async function moderateAvatar(
  context: {
    database: Database
    wechat: WechatClient
    config: Pick<Config, 'contentCheck' | 'publicUrl' | 'wechat'>
  },
  { userId, key }: JobPayloads['check_avatar'],
): Promise<void> {
  const {
    database: { prisma },
    wechat,
    config: { contentCheck, publicUrl },
  } = context
  const reject = (verdict: 'risky' | null, appId: string | null) =>
    prisma.$transaction((transaction) =>
      hideAvatar(transaction, { userId, key }, 'rejected', { kind: 'avatar', verdict, traceId: null, appId }),
    )

  const user = await prisma.user.findFirst({ where: { id: userId, avatarKey: key }, select: { id: true } })
  if (!user) return
  const identity = await findLatestIdentity(context, userId)
  if (!identity) {
    if (contentCheck === 'refuse') await reject(null, null)
    return
  }
  const { app, openid } = identity
  try {
    const traceId = await wechat.checkImage(app, { openid, url: fileUrl(publicUrl, key) })
    // Waits for a deletion or merge that is under way: nothing may be stored about a deleted user.
    await prisma.$executeRaw`
      INSERT INTO avatar_checks (trace_id, app_id, user_id, avatar_key, asked_at)
      SELECT ${traceId}, ${app.appId}, id, avatar_key, ${new Date()} FROM users
      WHERE id = ${userId}::uuid AND avatar_key = ${key} FOR SHARE`
  } catch (error) {
    const isRisky = isRiskyErrcode(errcodeOf(error))
    if (!isRisky && !requiresRecentVisit(error)) throw error
    // Users who upload have the mini program open: that WeChat has not seen them there recently is rare.
    if (isRisky || contentCheck === 'refuse') await reject(isRisky ? 'risky' : null, app.appId)
  }
}

/**
 * The job `avatar_verdict`. Hides an avatar that WeChat does not let pass, if the user still has it. An unknown trace_id, or a
 * second verdict, changes nothing.
 */
export async function applyAvatarVerdict(
  context: { database: Database; config: ModerationPolicy },
  verdict: JobPayloads['avatar_verdict'],
): Promise<void> {
  while (!(await tryToApply(context, verdict)));
}

/** @returns whether it is done; not when a merge moved the avatar to another account before this user was locked. */
function tryToApply(
  { database: { prisma }, config }: { database: Database; config: ModerationPolicy },
  { appId, traceId, suggest }: JobPayloads['avatar_verdict'],
): Promise<boolean> {
  return prisma.$transaction(async (transaction) => {
    // A verdict may still come.
    if (suggest === null && config.contentCheck === 'accept') return true
    const check = await transaction.avatarCheck.findFirst({ where: { traceId, appId } })
    if (!check) return true
    const { userId, avatarKey } = check
    await lockUser(prismaQuery(transaction), userId)
    const { count } = await transaction.avatarCheck.deleteMany({ where: { traceId, userId } })
    if (count === 0) return false
    const outcome = outcomeOf(suggest, config)
    if (outcome !== 'accepted') {
      const content: ContentVerdict = { kind: 'avatar', verdict: suggest, traceId, appId }
      await hideAvatar(transaction, { userId, key: avatarKey }, outcome, content)
    }
    return true
  })
}

/** Replaces the avatar by the generated one, if the user still has it. */
async function hideAvatar(
  transaction: Prisma.TransactionClient,
  { userId, key }: { userId: string; key: string },
  outcome: 'rejected' | 'queued',
  content: ContentVerdict,
): Promise<void> {
  const user = await lockUser(prismaQuery(transaction), userId)
  if (user?.avatar_key !== key) return
  await transaction.user.update({ where: { id: userId }, data: { avatarKey: null } })
  if (outcome === 'queued') return queueReview(transaction, user, content, { pendingAvatarKey: key })
  await addJob(transaction, 'delete_file', { key })
  await recordRejection(transaction, userId, content)
}
