import type { Config } from '../../config/config.ts'
import type { WechatApp } from '../../config/wechat-apps.ts'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import type { WechatIdentity } from '../identities/wechat-identity.ts'

/** The WeChat identity with which a user logged in last; `null` when the user has none any more. */
export async function findLatestIdentity(
  {
    database: { prisma },
    config: {
      wechat: { apps },
    },
  }: { database: Database; config: Pick<Config, 'wechat'> },
  userId: string,
): Promise<(WechatIdentity & { app: WechatApp }) | null> {
  const appIds = Prisma.join(apps.map(({ appId }) => appId))
  const [session] = await prisma.$queryRaw<{ app_id: string; openid: string }[]>`
    SELECT sessions.app_id, sessions.openid
    FROM sessions JOIN wechat_identities ON wechat_identities.app_id = sessions.app_id
      AND wechat_identities.openid = sessions.openid AND wechat_identities.user_id = sessions.user_id
    WHERE sessions.user_id = ${userId}::uuid AND sessions.app_id IN (${appIds})
    ORDER BY sessions.created_at DESC LIMIT 1`
  const app = apps.find(({ appId }) => appId === session?.app_id)
  return session && app ? { app, appId: app.appId, openid: session.openid } : null
}
