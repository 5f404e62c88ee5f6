import type { AccessTokens } from './access-tokens.ts'
import type { Answer } from './answer-faults.ts'
import { checkAppSecret } from './app-secret.ts'
import { type Handler, readText } from './http.ts'
import type { IpAllowList } from './ip-allow-list.ts'
import { createJsonEndpoint, type JsonEndpointParts } from './json-endpoint.ts'
import type { WechatState } from './wechat-state.ts'

export type StableTokenParts = JsonEndpointParts & {
  state: WechatState
  accessTokens: AccessTokens
  ipAllowList: IpAllowList
}

/** `POST /cgi-bin/stable_token`: an AppSecret for the token with which a server calls WeChat. */
export function createStableToken(parts: StableTokenParts): Handler {
  return createJsonEndpoint('/cgi-bin/stable_token', parts, async (request, address) =>
    request.method === 'POST' ? give(parts, await readText(request), address) : 43002,
  )
}

function give(parts: StableTokenParts, text: string, address: string): Answer | number {
  if (text === '') return 44002
  const body = parseObject(text)
  if (!body) return 47001

  const { appid: appId, secret, grant_type: grantType, force_refresh: force = false } = body
  if (!isText(appId)) return 41002
  if (!isText(secret)) return 41004
  if (grantType !== 'client_credential') return 40002
  const app = checkAppSecret(parts, { appId, secret, address })
  if (typeof app === 'number') return app

  const given = force === true ? parts.accessTokens.renew(app) : parts.accessTokens.current(app)
  if (typeof given === 'number') return given
  return { access_token: given.token, expires_in: given.remainingSeconds }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
