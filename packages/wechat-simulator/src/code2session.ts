import { type Answer, type AnswerFault, sendAnswer } from './answer-faults.ts'
import { errmsgOf, requestId } from './errcodes.ts'
import { type FaultSwitch, parseMagicCode } from './faults.ts'
import { type Handler, urlOf } from './http.ts'
import type { IpAllowList } from './ip-allow-list.ts'
import type { Grant, WechatState } from './wechat-state.ts'

export type Code2SessionParts = {
  state: WechatState
  faults: FaultSwitch
  ipAllowList: IpAllowList
  /** Receives one line per exchange, without code, secret and session key. */
  log: (line: string) => void
}

/** An errcode where WeChat refuses. */
type Outcome = { result: Grant | number; answerFault?: AnswerFault }

/**
 * What DevTools gives as the code of `wx.login` when it has no AppID, or one that its user is no member of: the same
 * text at every login, so it can never be used up.
 */
const devtoolsCodes = new Set(['the code is a mock one', 'this code is a mock one'])

/** `GET /sns/jscode2session`: a code of `wx.login` for an openid and a session_key. */
export function createCode2Session(parts: Code2SessionParts): Handler {
  const { state, faults, log } = parts

  return async (request, response) => {
    const { pathname, searchParams } = urlOf(request)
    if (pathname !== '/sns/jscode2session') return false

    const address = request.socket.remoteAddress ?? ''
    const switched = faults.take()
    const outcome =
      switched && 'refuse' in switched ? { result: switched.refuse } : exchange(parts, searchParams, address)
    const answerFault = (switched && 'answer' in switched && switched.answer) || outcome.answerFault

    const appId = state.app(searchParams.get('appid') ?? '')?.appId ?? 'an unknown app'
    log(
      `code2session of ${appId}: ${inWords(outcome.result, address)}${answerFault ? ', answered badly on purpose' : ''}`,
    )

    const deliver = answerFault ?? sendAnswer
    deliver(response, answerOf(outcome.result, address, state.now()))
    return true
  }
}

/** WeChat's checks. Their order is not published; this one agrees with every answer that was observed. */
function exchange(
  { state, ipAllowList }: Code2SessionParts,
  query: URLSearchParams,
  address: string,
): Outcome {
  const appId = query.get('appid')
  const secret = query.get('secret')
  const code = query.get('js_code')
  if (!appId) return { result: 41002 }
  if (!secret) return { result: 41004 }
  if (!code) return { result: 41008 }
  if (query.get('grant_type') !== 'authorization_code') return { result: 40002 }

  const app = state.app(appId)
  if (!app) return { result: 40013 }
  if (secret !== app.secret) return { result: 40125 }
  if (!ipAllowList.allows(address)) return { result: 40164 }

  if (devtoolsCodes.has(code)) return { result: state.grantToDevtools(app) }
  const fault = parseMagicCode(code)
  if (fault && 'refuse' in fault) return { result: fault.refuse }
  if (fault) return { result: state.grantToDevtools(app), answerFault: fault.answer }

  const grant = state.exchange(app, code)
  if (grant === 'invalid') return { result: 40029 }
  if (grant === 'used') return { result: 40163 }
  return { result: grant }
}

function answerOf(result: Grant | number, address: string, nowMs: number): Answer {
  if (typeof result === 'number') {
    return { errcode: result, errmsg: `${errmsgOf(result, address)}, rid: ${requestId(nowMs)}` }
  }
  const { sessionKey, openid, unionid } = result
  return { session_key: sessionKey, openid, ...(unionid !== undefined && { unionid }) }
}

const inWords = (result: Grant | number, address: string) =>
  typeof result === 'number' ? `${result} ${errmsgOf(result, address)}` : result.person.id
