import type { FastifyInstance } from 'fastify'
import type { ToUser } from '../account/user-row.ts'
import type { Exchange } from '../auth/exchange.ts'
import { endpoint } from '../endpoint.ts'
import type { WechatApps } from '../wechat/apps.ts'
import type { BindWechat } from './bind-wechat.ts'
import type { UnbindWechat } from './unbind-wechat.ts'

export function registerBindingRoutes(
  app: FastifyInstance,
  {
    apps,
    exchange,
    bindWechat,
    unbindWechat,
    toUser,
  }: {
    apps: WechatApps
    exchange: Exchange
    bindWechat: BindWechat
    unbindWechat: UnbindWechat
    toUser: ToUser
  },
): void {
  endpoint(app, 'PUT /v1/me/wechat', async ({ claims, body, ip, log }) => {
    const { person } = await exchange(body.code, apps.find(body.appId), log)
    return toUser(await bindWechat({ userId: claims.sub, person, ip }))
  })

  endpoint(app, 'DELETE /v1/me/wechat', async ({ claims, ip }) => {
    await unbindWechat(claims, ip)
    return undefined
  })
}
