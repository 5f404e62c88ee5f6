import type { ServerResponse } from 'node:http'
import { send } from '@repo/tooling/local-http'

/** WeChat's response before it is serialized. */
export type WechatResponse = Readonly<Record<string, unknown>>

/** The content type of WeChat's JSON: `code2Session` uses plain text. */
export type MediaType = 'text/plain' | 'application/json'

/** Sends a response to the client, well or badly. */
export type Deliver = (response: ServerResponse, body: WechatResponse, mediaType: MediaType) => void

/** Sends a response as WeChat does: always status 200. */
export function sendWechatResponse(
  response: ServerResponse,
  body: WechatResponse,
  mediaType: MediaType,
): void {
  send(response, 200, mediaType, JSON.stringify(body))
}

/** The faults of a response by name. */
export const responseFaults = {
  /** WeChat's documentation shows `errcode: 0` on success; its server leaves it out. Clients must accept both. */
  '0': (response, body, mediaType) =>
    sendWechatResponse(response, { errcode: 0, errmsg: 'ok', ...body }, mediaType),
  slow: delayedResponse(3000),
  /** Accepts the request and never responds. */
  hang: () => {},
  /** Sends half a response and keeps the connection open. */
  stall: (response, body, mediaType) => sendPartially(response, body, mediaType),
  /** Sends half a response and closes the connection. */
  cut: (response, body, mediaType) => sendPartially(response, body, mediaType, () => response.destroy()),
  /** Resets the connection (TCP) instead of a response. */
  reset: (response) => void response.socket?.resetAndDestroy(),
  /** The page of a proxy or a captive portal. */
  html: (response) =>
    send(response, 200, 'text/html', '<!DOCTYPE html><title>Welcome</title><p>Please log in.'),
  'broken-json': (response, body, mediaType) =>
    send(response, 200, mediaType, JSON.stringify(body).slice(0, -1)),
  /** JSON without fields. */
  null: (response, _body, mediaType) => send(response, 200, mediaType, 'null'),
  empty: (response, _body, mediaType) => send(response, 200, mediaType, ''),
  /** Success without the requested field, such as the session_key or the access token. */
  incomplete: (response, body, mediaType) =>
    sendWechatResponse(response, Object.fromEntries(Object.entries(body).filter(isSecondary)), mediaType),
  /** A valid response behind two megabytes of white space. */
  huge: (response, body, mediaType) =>
    send(response, 200, mediaType, ' '.repeat(2_000_000) + JSON.stringify(body)),
} satisfies Record<string, Deliver>

const primaryFields = new Set(['session_key', 'access_token', 'phone_info', 'result', 'trace_id'])
const isSecondary = ([field]: [string, unknown]) => !primaryFields.has(field)

/** A valid response after a delay. */
export function delayedResponse(delayMs: number): Deliver {
  return (response, body, mediaType) => {
    const timer = setTimeout(sendWechatResponse, delayMs, response, body, mediaType)
    response.once('close', () => clearTimeout(timer))
  }
}

/** The page of a gateway when WeChat is down. */
export function httpErrorResponse(status: number): Deliver {
  return (response) => send(response, status, 'text/html', `<html><body><h1>${status}</h1></body></html>`)
}

function sendPartially(
  response: ServerResponse,
  body: WechatResponse,
  mediaType: MediaType,
  whenSent: () => void = () => {},
): void {
  const text = JSON.stringify(body)
  response.writeHead(200, { 'content-type': mediaType, 'content-length': Buffer.byteLength(text) })
  response.write(text.slice(0, 10), whenSent)
}
