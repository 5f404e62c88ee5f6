import type { AccessTokens } from '../domain/access-tokens.ts'
import type { Answer } from '../faults/apply-fault.ts'
import { checkAppSecret } from './authenticate-app.ts'
import type { Handler } from '../http.ts'
import type { IpAllowList } from '../domain/ip-allow-list.ts'
import { isText, type JsonBody, readJsonBody } from './json-body.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'
import type { Quotas } from '../domain/quotas.ts'
import type { WechatState } from '../domain/wechat-state.ts'

export type StableTokenParts = JsonEndpointParts & {
  state: WechatState
  accessTokens: AccessTokens
  ipAllowList: IpAllowList
  quotas: Quotas
}

/** `POST /cgi-bin/stable_token`: an AppSecret for the token with which a server calls WeChat. */
export function createStableToken(parts: StableTokenParts): Handler {
  return createJsonEndpoint('/cgi-bin/stable_token', parts, async (request, address) => {
    const body = await readJsonBody(request)
    return typeof body === 'number' ? body : give(parts, body, address)
  })
}

function give(parts: StableTokenParts, body: JsonBody, address: string): Answer | number {
  const { appid: appId, secret, grant_type: grantType, force_refresh: force = false } = body
  if (!isText(appId)) return 41002
  if (!isText(secret)) return 41004
  if (grantType !== 'client_credential') return 40002
  const app = checkAppSecret(parts, { appId, secret, address })
  if (typeof app === 'number') return app

  const refusal = parts.quotas.count('/cgi-bin/stable_token', appId)
  if (refusal !== undefined) return refusal
  const given = force === true ? parts.accessTokens.renew(app) : parts.accessTokens.current(app)
  if (typeof given === 'number') return given
  return { access_token: given.token, expires_in: given.remainingSeconds }
}
