import type { Config } from '../../config/config.ts'
import { isLoopback } from '../../config/network.ts'
import type { Database } from '../../infra/database/client.ts'
import type { JobHandlers } from '../../infra/jobs/jobs.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import { isRiskyErrcode } from '../../infra/wechat/content-check.ts'
import { errcodeOf } from '../../infra/wechat/wechat-api-error.ts'
import { fileUrl } from '../users/user.ts'
import type { FindAuthor } from './find-latest-identity.ts'
import { needsVisit } from './moderate-nickname.ts'
import { rejectAvatar } from './reject-avatar.ts'

/** WeChat downloads a picture that it looks at: over https, which its own rules demand, and not from its own machine. */
export const isReachableByWechat = (publicUrl: string): boolean =>
  publicUrl.startsWith('https:') && !isLoopback(publicUrl)

/**
 * Asks WeChat to look at a picture, and notes the trace_id, by which its verdict will be known. Where WeChat cannot, the
 * configuration decides.
 */
export function createCheckAvatar({
  database: { prisma },
  findAuthor,
  wechat,
  publicUrl,
  contentCheck,
}: {
  database: Database
  findAuthor: FindAuthor
  wechat: WechatClient
  publicUrl: string
  contentCheck: Config['contentCheck']
}): JobHandlers['check_avatar'] {
  const reject = (avatar: Parameters<typeof rejectAvatar>[1]) =>
    prisma.$transaction((transaction) => rejectAvatar(transaction, avatar))

  return async ({ userId, key }) => {
    const user = await prisma.user.findFirst({ where: { id: userId, avatarKey: key }, select: { id: true } })
    if (!user) return
    const author = await findAuthor(userId)
    if (!author) {
      if (contentCheck === 'refuse') await reject({ userId, key })
      return
    }
    const { app, openid } = author
    try {
      const traceId = await wechat.checkPicture(app, { openid, url: fileUrl(publicUrl, key) })
      // Of somebody who is being deleted, or merged, nothing may be noted: that is waited for.
      await prisma.$executeRaw`
        INSERT INTO avatar_checks (trace_id, app_id, user_id, avatar_key, asked_at)
        SELECT ${traceId}, ${app.appId}, id, avatar_key, ${new Date()} FROM users
        WHERE id = ${userId}::uuid AND avatar_key = ${key} FOR SHARE`
    } catch (error) {
      const isRejected = isRiskyErrcode(errcodeOf(error))
      if (!isRejected && !needsVisit(error)) throw error
      // Who uploads has the mini program open: that WeChat no longer sees them there is rare.
      if (isRejected || contentCheck === 'refuse') await reject({ userId, key, appId: app.appId })
    }
  }
}
