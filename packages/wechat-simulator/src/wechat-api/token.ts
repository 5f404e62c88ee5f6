import { type Handler, urlOf } from '@repo/tooling/local-http'
import type { AccessTokens } from '../domain/access-tokens.ts'
import type { IpAllowList } from '../domain/ip-allow-list.ts'
import type { Quotas } from '../domain/quotas.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import { authenticateApp } from './authenticate-app.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'

export type TokenParts = JsonEndpointParts & {
  state: WechatState
  accessTokens: AccessTokens
  ipAllowList: IpAllowList
  quotas: Quotas
}

/** `GET /cgi-bin/token`: the older access token, which each call replaces. */
export function createToken(parts: TokenParts): Handler {
  return createJsonEndpoint('/cgi-bin/token', parts, async (request, ip) =>
    issueToken(parts, urlOf(request).searchParams, ip),
  )
}

function issueToken(parts: TokenParts, query: URLSearchParams, ip: string): WechatResponse | number {
  const appId = query.get('appid')
  const secret = query.get('secret')
  if (!appId) return 41002
  if (!secret) return 41004
  if (query.get('grant_type') !== 'client_credential') return 40002
  const app = authenticateApp(parts, { appId, secret, ip })
  if (typeof app === 'number') return app

  const exceeded = parts.quotas.count('/cgi-bin/token', appId)
  if (exceeded !== undefined) return exceeded
  const { token, remainingSeconds } = parts.accessTokens.issue(app)
  return { access_token: token, expires_in: remainingSeconds }
}
