import type { FastifyInstance } from 'fastify'
import type { BindWechat } from '../../domain/identities/bind-wechat.ts'
import type { Exchange } from '../../domain/identities/exchange-login-code.ts'
import type { OwnershipVerifier } from '../../domain/ownership/verify-ownership.ts'
import { endpoint } from '../../http/define-route.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { UnbindWechat } from './unbind-wechat.ts'

export function registerBindingRoutes(
  app: FastifyInstance,
  {
    apps,
    exchange,
    bindWechat,
    unbindWechat,
    ownership,
  }: {
    apps: WechatApps
    exchange: Exchange
    bindWechat: BindWechat
    unbindWechat: UnbindWechat
    ownership: OwnershipVerifier
  },
): void {
  endpoint(app, 'PUT /v1/me/wechat', async ({ claims, body, ip, log }) => {
    const { code, appId, proof } = body
    const request = { operation: 'PUT /v1/me/wechat', sessionId: claims.sid, ip, log } as const
    if (proof) await ownership.verify(claims.sub, proof, request)
    const bind = async () => {
      const { person } = await exchange(code, apps.find(appId), { ip, log })
      return bindWechat.toCaller(claims, { person, isProven: proof !== undefined, ip })
    }
    // Without a proof the code is the proof.
    return proof ? bind() : ownership.audited(claims.sub, request, bind)
  })

  endpoint(app, 'POST /v1/me/wechat/unbind', async ({ claims, body, ip, log }) => {
    const request = { operation: 'POST /v1/me/wechat/unbind', sessionId: claims.sid, ip, log } as const
    await ownership.verify(claims.sub, body.proof, request)
    return unbindWechat(claims, ip)
  })
}
