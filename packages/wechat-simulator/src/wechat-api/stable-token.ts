import type { Handler } from '@repo/tooling/local-http'
import type { AccessTokens } from '../domain/access-tokens.ts'
import type { IpAllowList } from '../domain/ip-allow-list.ts'
import type { Quotas } from '../domain/quotas.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import { authenticateApp } from './authenticate-app.ts'
import { isNonEmptyString, type JsonBody, readJsonBody } from './json-body.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'

export type StableTokenParts = JsonEndpointParts & {
  state: WechatState
  accessTokens: AccessTokens
  ipAllowList: IpAllowList
  quotas: Quotas
}

/** `POST /cgi-bin/stable_token`: exchanges an AppSecret for the stable access token. */
export function createStableToken(parts: StableTokenParts): Handler {
  return createJsonEndpoint('/cgi-bin/stable_token', parts, async (request, ip) => {
    const body = await readJsonBody(request)
    return typeof body === 'number' ? body : issueToken(parts, body, ip)
  })
}

function issueToken(parts: StableTokenParts, body: JsonBody, ip: string): WechatResponse | number {
  const { appid: appId, secret, grant_type: grantType, force_refresh: force = false } = body
  if (!isNonEmptyString(appId)) return 41002
  if (!isNonEmptyString(secret)) return 41004
  if (grantType !== 'client_credential') return 40002
  const app = authenticateApp(parts, { appId, secret, ip })
  if (typeof app === 'number') return app

  const exceeded = parts.quotas.count('/cgi-bin/stable_token', appId)
  if (exceeded !== undefined) return exceeded
  const issued = force === true ? parts.accessTokens.renew(app) : parts.accessTokens.current(app)
  if (typeof issued === 'number') return issued
  return { access_token: issued.token, expires_in: issued.remainingSeconds }
}
