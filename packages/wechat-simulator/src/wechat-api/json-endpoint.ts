import type { IncomingMessage } from 'node:http'
import { type Answer, sendAnswer } from '../faults/apply-fault.ts'
import { errmsgOf, refusalOf } from '../domain/errcodes.ts'
import type { FaultSwitch } from '../faults/fault-switch.ts'
import { type Handler, urlOf } from '../http.ts'
import type { WechatPath } from '../domain/wechat-paths.ts'

export type JsonEndpointParts = {
  faults: FaultSwitch
  now: () => number
  /** Receives one line per request, without secret, token and signature. */
  log: (line: string) => void
}

/** What WeChat's server makes of a request; a number is the errcode of a refusal. */
export type Respond = (request: IncomingMessage, address: string) => Promise<Answer | number>

/** An endpoint of the families `/cgi-bin` and `/wxa`: JSON that says so. */
export function createJsonEndpoint(
  path: WechatPath,
  { faults, now, log }: JsonEndpointParts,
  respond: Respond,
): Handler {
  return async (request, response) => {
    if (urlOf(request).pathname !== path) return false

    const address = request.socket.remoteAddress ?? ''
    const fault = faults.take(path)
    const result = fault?.errcode ?? (await respond(request, address))

    const name = path.slice(path.lastIndexOf('/') + 1)
    const inWords = typeof result === 'number' ? `${result} ${errmsgOf(result, address)}` : 'ok'
    log(`${name}: ${inWords}${fault ? ` (fault ${fault.name})` : ''}`)

    const answer = typeof result === 'number' ? refusalOf(result, { path, address, nowMs: now() }) : result
    const deliver = fault?.deliver ?? sendAnswer
    deliver(response, answer, 'application/json')
    return true
  }
}
