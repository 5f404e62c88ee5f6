import type { Config } from '../../config/config.ts'
import { isLoopback } from '../../config/network.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery } from '../../infra/database/query.ts'
import { addJob, type JobPayloads } from '../../infra/jobs/jobs.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { isRiskyErrcode } from '../../infra/wechat/content-check.ts'
import { errcodeOf } from '../../infra/wechat/wechat-api-error.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import { lockUser } from '../locks.ts'
import { fileUrl } from '../users/user.ts'
import { findLatestIdentity } from './find-latest-identity.ts'
import { isRejected, requiresRecentVisit } from './verdict.ts'

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
  const reject = (appId?: string) =>
    prisma.$transaction((transaction) => rejectAvatar(transaction, { userId, key, appId }))

  const user = await prisma.user.findFirst({ where: { id: userId, avatarKey: key }, select: { id: true } })
  if (!user) return
  const identity = await findLatestIdentity(context, userId)
  if (!identity) {
    if (contentCheck === 'refuse') await reject()
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
    if (isRisky || contentCheck === 'refuse') await reject(app.appId)
  }
}

/**
 * The job `avatar_verdict`. Removes an avatar that WeChat rejects, if the user still has it. An unknown trace_id, or a
 * second verdict, changes nothing.
 */
export async function applyAvatarVerdict(
  context: { database: Database; config: Pick<Config, 'contentCheck'> },
  verdict: JobPayloads['avatar_verdict'],
): Promise<void> {
  while (!(await tryToApply(context, verdict)));
}

/** @returns whether it is done; not when a merge moved the avatar to another account before this user was locked. */
function tryToApply(
  {
    database: { prisma },
    config: { contentCheck },
  }: { database: Database; config: Pick<Config, 'contentCheck'> },
  { appId, traceId, suggest }: JobPayloads['avatar_verdict'],
): Promise<boolean> {
  return prisma.$transaction(async (transaction) => {
    // A verdict may still come.
    if (suggest === null && contentCheck === 'accept') return true
    const check = await transaction.avatarCheck.findFirst({ where: { traceId, appId } })
    if (!check) return true
    const { userId, avatarKey } = check
    await lockUser(prismaQuery(transaction), userId)
    const { count } = await transaction.avatarCheck.deleteMany({ where: { traceId, userId } })
    if (count === 0) return false
    if (isRejected(suggest, contentCheck)) await rejectAvatar(transaction, { userId, key: avatarKey, appId })
    return true
  })
}

/** Replaces the avatar by the generated one, if the user still has it. */
async function rejectAvatar(
  transaction: Prisma.TransactionClient,
  { userId, key, appId }: { userId: string; key: string; appId: string | undefined },
): Promise<void> {
  const query = prismaQuery(transaction)
  const user = await lockUser(query, userId)
  if (user?.avatar_key !== key) return
  await transaction.user.update({ where: { id: userId }, data: { avatarKey: null } })
  await addJob(transaction, 'delete_file', { key })
  await appendAuditEntry(query, {
    type: 'content_rejected',
    userId,
    ...(appId === undefined ? {} : { appId }),
    data: { what: 'avatar' },
  })
}
