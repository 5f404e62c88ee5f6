import type { IncomingMessage } from 'node:http'
import { type Handler, urlOf } from '@repo/tooling/local-http'
import { errmsgOf, errorResponse } from '../domain/errcodes.ts'
import type { WechatPath } from '../domain/wechat-paths.ts'
import { sendWechatResponse, type WechatResponse } from '../faults/apply-fault.ts'
import type { FaultSwitch } from '../faults/fault-switch.ts'

export type JsonEndpointParts = {
  faults: FaultSwitch
  now: () => number
  /** Receives one line per request, without secret, token and signature. */
  log: (line: string) => void
}

/** WeChat's response to a request; a number is an errcode. */
export type Respond = (request: IncomingMessage, ip: string) => Promise<WechatResponse | number>

/** An endpoint of the families `/cgi-bin` and `/wxa`, which respond with application/json. */
export function createJsonEndpoint(
  path: WechatPath,
  { faults, now, log }: JsonEndpointParts,
  respond: Respond,
): Handler {
  return async (request, response) => {
    if (urlOf(request).pathname !== path) return false

    const ip = request.socket.remoteAddress ?? ''
    const fault = faults.take(path)
    const result = fault?.errcode ?? (await respond(request, ip))

    const name = path.slice(path.lastIndexOf('/') + 1)
    const outcome = typeof result === 'number' ? `${result} ${errmsgOf(result, ip)}` : 'ok'
    log(`${name}: ${outcome}${fault ? ` (fault ${fault.name})` : ''}`)

    const body = typeof result === 'number' ? errorResponse(result, { path, ip, nowMs: now() }) : result
    const deliver = fault?.deliver ?? sendWechatResponse
    deliver(response, body, 'application/json')
    return true
  }
}
