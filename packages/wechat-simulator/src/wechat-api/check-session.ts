import { type Handler, urlOf } from '@repo/tooling/local-http'
import type { AccessTokens } from '../domain/access-tokens.ts'
import { sessionSignature } from '../domain/session-signature.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import type { WechatResponse } from '../faults/apply-fault.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'

export type CheckSessionParts = JsonEndpointParts & { state: WechatState; accessTokens: AccessTokens }

/** `GET /wxa/checksession`: whether the server's session_key is the user's valid one. */
export function createCheckSession(parts: CheckSessionParts): Handler {
  return createJsonEndpoint('/wxa/checksession', parts, async (request) =>
    check(parts, urlOf(request).searchParams),
  )
}

function check({ state, accessTokens }: CheckSessionParts, query: URLSearchParams): WechatResponse | number {
  const appId = accessTokens.check(query.get('access_token'))
  if (typeof appId === 'number') return appId
  if (query.get('sig_method') !== 'hmac_sha256') return 87008

  const sessionKey = state.sessionKeyOf(appId, query.get('openid') ?? '')
  const signature = query.get('signature')?.toLowerCase()
  const valid = sessionKey !== undefined && sessionSignature(sessionKey) === signature
  return valid ? { errcode: 0, errmsg: 'ok' } : 87009
}
