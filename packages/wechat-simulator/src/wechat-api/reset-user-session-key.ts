import { type Handler, urlOf } from '@repo/tooling/local-http'
import type { AccessTokens } from '../domain/access-tokens.ts'
import type { Quotas } from '../domain/quotas.ts'
import { sessionSignature } from '../domain/session-signature.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'

export type ResetUserSessionKeyParts = JsonEndpointParts & {
  state: WechatState
  accessTokens: AccessTokens
  quotas: Quotas
}

/** `GET /wxa/resetusersessionkey`: replaces the session_key that the server proves to have. */
export function createResetUserSessionKey(parts: ResetUserSessionKeyParts): Handler {
  return createJsonEndpoint('/wxa/resetusersessionkey', parts, async (request) =>
    reset(parts, urlOf(request).searchParams),
  )
}

function reset(
  { state, accessTokens, quotas }: ResetUserSessionKeyParts,
  query: URLSearchParams,
): WechatResponse | number {
  const appId = accessTokens.check(query.get('access_token'))
  if (typeof appId === 'number') return appId
  const exceeded = quotas.count('/wxa/resetusersessionkey', appId)
  if (exceeded !== undefined) return exceeded
  if (query.get('sig_method') !== 'hmac_sha256') return 87008

  const openid = query.get('openid') ?? ''
  const present = state.sessionKeyOf(appId, openid)
  if (present === undefined) return 87007
  if (sessionSignature(present) !== query.get('signature')?.toLowerCase()) return 87009
  return { errcode: 0, errmsg: 'ok', openid, session_key: state.resetSessionKey(openid) }
}
