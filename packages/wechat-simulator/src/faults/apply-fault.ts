import type { ServerResponse } from 'node:http'
import { send } from '@repo/tooling/local-http'

/** What WeChat answers, before it becomes text. */
export type WechatResponse = Readonly<Record<string, unknown>>

/** What WeChat calls its JSON: `code2Session` says plain text. */
export type MediaType = 'text/plain' | 'application/json'

/** A way for an answer to reach the client, or not to. */
export type Deliver = (response: ServerResponse, answer: WechatResponse, mediaType: MediaType) => void

/** Delivers an answer as WeChat does: always status 200. */
export function sendWechatResponse(
  response: ServerResponse,
  answer: WechatResponse,
  mediaType: MediaType,
): void {
  send(response, 200, mediaType, JSON.stringify(answer))
}

/** The faults of an answer by name. */
export const responseFaults = {
  /** WeChat's documentation shows `errcode: 0` on success; its server leaves it out. Clients must take both. */
  '0': (response, answer, mediaType) =>
    sendWechatResponse(response, { errcode: 0, errmsg: 'ok', ...answer }, mediaType),
  slow: delayedResponse(3000),
  /** Takes the request and never says a word. */
  hang: () => {},
  /** Begins to answer and stops halfway, with the connection open. */
  stall: (response, answer, mediaType) => sendPartially(response, answer, mediaType),
  /** Begins to answer and closes the connection halfway. */
  cut: (response, answer, mediaType) => sendPartially(response, answer, mediaType, () => response.destroy()),
  /** Breaks the connection (TCP reset) instead of answering. */
  reset: (response) => void response.socket?.resetAndDestroy(),
  /** What a proxy or a captive portal says in WeChat's place. */
  html: (response) =>
    send(response, 200, 'text/html', '<!DOCTYPE html><title>Welcome</title><p>Please log in.'),
  'broken-json': (response, answer, mediaType) =>
    send(response, 200, mediaType, JSON.stringify(answer).slice(0, -1)),
  /** JSON, but nothing that has fields. */
  null: (response, _answer, mediaType) => send(response, 200, mediaType, 'null'),
  empty: (response, _answer, mediaType) => send(response, 200, mediaType, ''),
  /** Success without what was asked for, such as the session_key or the access token. */
  incomplete: (response, answer, mediaType) =>
    sendWechatResponse(response, Object.fromEntries(Object.entries(answer).filter(isSecondary)), mediaType),
  /** A right answer behind two megabytes of white space. */
  huge: (response, answer, mediaType) =>
    send(response, 200, mediaType, ' '.repeat(2_000_000) + JSON.stringify(answer)),
} satisfies Record<string, Deliver>

const primaryFields = new Set(['session_key', 'access_token', 'phone_info', 'result', 'trace_id'])
const isSecondary = ([field]: [string, unknown]) => !primaryFields.has(field)

/** A right answer that takes its time. */
export function delayedResponse(delayMs: number): Deliver {
  return (response, answer, mediaType) => {
    const timer = setTimeout(sendWechatResponse, delayMs, response, answer, mediaType)
    response.once('close', () => clearTimeout(timer))
  }
}

/** What a gateway in front of WeChat says when WeChat is down. */
export function httpErrorResponse(status: number): Deliver {
  return (response) => send(response, status, 'text/html', `<html><body><h1>${status}</h1></body></html>`)
}

function sendPartially(
  response: ServerResponse,
  answer: WechatResponse,
  mediaType: MediaType,
  whenSent: () => void = () => {},
): void {
  const text = JSON.stringify(answer)
  response.writeHead(200, { 'content-type': mediaType, 'content-length': Buffer.byteLength(text) })
  response.write(text.slice(0, 10), whenSent)
}
