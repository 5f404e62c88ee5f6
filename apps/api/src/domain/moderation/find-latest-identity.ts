import type { WechatApp } from '../../config/wechat-apps.ts'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'

/** By which WeChat identity a person logged in last; `null` when none is theirs any more. */
export type FindAuthor = (userId: string) => Promise<(WechatIdentity & { app: WechatApp }) | null>

export function createFindAuthor({ prisma }: Database, apps: WechatApp[]): FindAuthor {
  const appIds = Prisma.join(apps.map(({ appId }) => appId))
  return async (userId) => {
    const [session] = await prisma.$queryRaw<{ app_id: string; openid: string }[]>`
      SELECT sessions.app_id, sessions.openid
      FROM sessions JOIN wechat_identities ON wechat_identities.app_id = sessions.app_id
        AND wechat_identities.openid = sessions.openid AND wechat_identities.user_id = sessions.user_id
      WHERE sessions.user_id = ${userId}::uuid AND sessions.app_id IN (${appIds})
      ORDER BY sessions.created_at DESC LIMIT 1`
    const app = apps.find(({ appId }) => appId === session?.app_id)
    return session && app ? { app, appId: app.appId, openid: session.openid } : null
  }
}
