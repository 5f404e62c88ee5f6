import { type Handler, urlOf } from '@repo/tooling/local-http'
import { errmsgOf, errorResponse } from '../domain/errcodes.ts'
import type { IpAllowList } from '../domain/ip-allow-list.ts'
import type { Grant, WechatState } from '../domain/wechat-state.ts'
import { sendWechatResponse, type WechatResponse } from '../faults/apply-fault.ts'
import { type Fault, type FaultSwitch, parseMagicCode } from '../faults/fault-switch.ts'
import { authenticateApp } from './authenticate-app.ts'

const path = '/sns/jscode2session'

export type Code2SessionParts = {
  state: WechatState
  faults: FaultSwitch
  ipAllowList: IpAllowList
  /** Receives one line per exchange, without code, secret and session key. */
  log: (line: string) => void
}

/** A number is an errcode. */
type Result = Grant | number
type Outcome = { result: Result; fault?: Fault | undefined }

/**
 * The code that DevTools returns without an AppID, or with an AppID of which its user is no member: the same text at
 * every login, so it is never used up.
 */
const devtoolsCodes = new Set(['the code is a mock one', 'this code is a mock one'])

/** `GET /sns/jscode2session`: a code of `wx.login` for an openid and a session_key. */
export function createCode2Session(parts: Code2SessionParts): Handler {
  const { state, log } = parts

  return async (request, response) => {
    const { pathname, searchParams } = urlOf(request)
    if (pathname !== path) return false

    const ip = request.socket.remoteAddress ?? ''
    const { result, fault } = exchange(parts, searchParams, ip)

    const appId = state.app(searchParams.get('appid') ?? '')?.appId ?? 'unknown app'
    log(`code2session ${appId}: ${describeResult(result, ip)}${fault ? ` (fault ${fault.name})` : ''}`)

    const deliver = fault?.deliver ?? sendWechatResponse
    deliver(response, toResponse(result, ip, state.now()), 'text/plain')
    return true
  }
}

/** The switched-on fault precedes WeChat's checks; a magic code replaces the last one. */
function exchange(parts: Code2SessionParts, query: URLSearchParams, ip: string): Outcome {
  const fault = parts.faults.take(path)
  if (fault?.errcode !== undefined) return { result: fault.errcode, fault }
  const outcome = check(parts, query, ip)
  return fault ? { ...outcome, fault } : outcome
}

/** WeChat's checks. Their order is not published; this one agrees with every observed response. */
function check(parts: Code2SessionParts, query: URLSearchParams, ip: string): Outcome {
  const appId = query.get('appid')
  const secret = query.get('secret')
  const code = query.get('js_code')
  if (!appId) return { result: 41002 }
  if (!secret) return { result: 41004 }
  if (!code) return { result: 41008 }
  if (query.get('grant_type') !== 'authorization_code') return { result: 40002 }

  const app = authenticateApp(parts, { appId, secret, ip })
  if (typeof app === 'number') return { result: app }

  if (devtoolsCodes.has(code)) return { result: parts.state.grantToDevtools(app) }
  const fault = parseMagicCode(code)
  if (fault) return { result: fault.errcode ?? parts.state.grantToDevtools(app), fault }

  const grant = parts.state.exchange(app, code)
  if (grant === 'invalid') return { result: 40029 }
  if (grant === 'used') return { result: 40163 }
  return { result: grant }
}

function toResponse(result: Result, ip: string, nowMs: number): WechatResponse {
  if (typeof result === 'number') return errorResponse(result, { path, ip, nowMs })
  const { sessionKey, openid, unionid } = result
  return { session_key: sessionKey, openid, ...(unionid !== undefined && { unionid }) }
}

const describeResult = (result: Result, ip: string) =>
  typeof result === 'number' ? `${result} ${errmsgOf(result, ip)}` : result.user.id
