import type { FastifyBaseLogger } from 'fastify'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { Exchange } from '../identities/exchange-login-code.ts'
import type { Identities } from '../identities/wechat-identities.ts'

/**
 * Whose account a fresh code of `wx.login` proves, without logging in; `null`: nobody's. The session_key that came with
 * it is kept, since it replaced the one before.
 *
 * @throws ApiError `unknown_app`, `code_…`, `wechat_…`, `rate_limited`.
 */
export type ProveByCode = (
  proof: { code: string; appId?: string | undefined },
  origin: { ip: string; log: FastifyBaseLogger },
) => Promise<string | null>

export function createProveByCode({
  apps,
  exchange,
  identities,
}: {
  apps: WechatApps
  exchange: Exchange
  identities: Identities
}): ProveByCode {
  return async ({ code, appId }, origin) => {
    const { person } = await exchange(code, apps.find(appId), origin)
    await identities.storeSessionKey(person)
    const owner = await identities.ownerOf(person)
    return owner?.userId ?? null
  }
}
