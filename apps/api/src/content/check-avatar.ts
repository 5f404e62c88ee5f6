import { fileUrl } from '../account/user-row.ts'
import { isLoopback } from '../configuration/values.ts'
import type { Database } from '../database/database.ts'
import type { JobHandlers } from '../jobs/jobs.ts'
import type { WechatClient } from '../wechat/client.ts'
import { needsVisit } from './ask-about-nickname.ts'
import type { FindAuthor } from './find-author.ts'

/** WeChat downloads a picture that it looks at: over https, which its own rules demand, and not from its own machine. */
export const isReachableByWechat = (publicUrl: string): boolean =>
  publicUrl.startsWith('https:') && !isLoopback(publicUrl)

/** Asks WeChat to look at a picture, and notes the trace_id, by which its verdict will be known. */
export function createCheckAvatar({
  database: { prisma },
  findAuthor,
  wechat,
  publicUrl,
}: {
  database: Database
  findAuthor: FindAuthor
  wechat: WechatClient
  publicUrl: string
}): JobHandlers['check_avatar'] {
  return async ({ userId, key }) => {
    const user = await prisma.user.findFirst({ where: { id: userId, avatarKey: key }, select: { id: true } })
    const author = user && (await findAuthor(userId))
    if (!author) return
    const { app, openid } = author
    try {
      const traceId = await wechat.checkPicture(app, { openid, url: fileUrl(publicUrl, key) })
      // Of somebody who is being erased, or merged, nothing may be noted: that is waited for.
      await prisma.$executeRaw`
        INSERT INTO avatar_checks (trace_id, app_id, user_id, avatar_key, asked_at)
        SELECT ${traceId}, ${app.appId}, id, avatar_key, ${new Date()} FROM users
        WHERE id = ${userId}::uuid AND avatar_key = ${key} FOR SHARE`
    } catch (error) {
      // Who uploads has the mini program open; the rare one who left meanwhile keeps the picture.
      if (!needsVisit(error)) throw error
    }
  }
}
