import type { AccessTokens } from '../domain/access-tokens.ts'
import type { Answer } from '../faults/apply-fault.ts'
import { checkAppSecret } from './authenticate-app.ts'
import { type Handler, urlOf } from '../http.ts'
import type { IpAllowList } from '../domain/ip-allow-list.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'
import type { Quotas } from '../domain/quotas.ts'
import type { WechatState } from '../domain/wechat-state.ts'

export type TokenParts = JsonEndpointParts & {
  state: WechatState
  accessTokens: AccessTokens
  ipAllowList: IpAllowList
  quotas: Quotas
}

/** `GET /cgi-bin/token`: the older way to an access token, each call of which replaces the token before. */
export function createToken(parts: TokenParts): Handler {
  return createJsonEndpoint('/cgi-bin/token', parts, async (request, address) =>
    give(parts, urlOf(request).searchParams, address),
  )
}

function give(parts: TokenParts, query: URLSearchParams, address: string): Answer | number {
  const appId = query.get('appid')
  const secret = query.get('secret')
  if (!appId) return 41002
  if (!secret) return 41004
  if (query.get('grant_type') !== 'client_credential') return 40002
  const app = checkAppSecret(parts, { appId, secret, address })
  if (typeof app === 'number') return app

  const refusal = parts.quotas.count('/cgi-bin/token', appId)
  if (refusal !== undefined) return refusal
  const { token, remainingSeconds } = parts.accessTokens.issue(app)
  return { access_token: token, expires_in: remainingSeconds }
}
