import type { ServerResponse } from 'node:http'
import { send } from './http.ts'

/** What code2Session answers, before it becomes text. */
export type Answer = Readonly<Record<string, string | number>>

/** A way for an answer to reach the client, or not to. */
export type Deliver = (response: ServerResponse, answer: Answer) => void

/** Delivers an answer as WeChat does: always status 200, JSON that calls itself plain text. */
export function sendAnswer(response: ServerResponse, answer: Answer): void {
  send(response, 200, 'text/plain', JSON.stringify(answer))
}

/** The faults of an answer by name. */
export const answerFaults = {
  /** WeChat's documentation shows `errcode: 0` on success; its server leaves it out. Clients must take both. */
  '0': (response, answer) => sendAnswer(response, { errcode: 0, errmsg: 'ok', ...answer }),
  slow: slowAnswer(3000),
  /** Takes the request and never says a word. */
  hang: () => {},
  /** Begins to answer and stops halfway, with the connection open. */
  stall: (response, answer) => beginAnswer(response, answer),
  /** Begins to answer and closes the connection halfway. */
  cut: (response, answer) => beginAnswer(response, answer, () => response.destroy()),
  /** Breaks the connection (TCP reset) instead of answering. */
  reset: (response) => void response.socket?.resetAndDestroy(),
  /** What a proxy or a captive portal says in WeChat's place. */
  html: (response) =>
    send(response, 200, 'text/html', '<!DOCTYPE html><title>Welcome</title><p>Please log in.'),
  'broken-json': (response, answer) => send(response, 200, 'text/plain', JSON.stringify(answer).slice(0, -1)),
  /** JSON, but nothing that has fields. */
  null: (response) => send(response, 200, 'text/plain', 'null'),
  empty: (response) => send(response, 200, 'text/plain', ''),
  /** Success without a session_key. */
  incomplete: (response, { session_key: _, ...answer }) => sendAnswer(response, answer),
  /** A right answer behind two megabytes of white space. */
  huge: (response, answer) =>
    send(response, 200, 'text/plain', ' '.repeat(2_000_000) + JSON.stringify(answer)),
} satisfies Record<string, Deliver>

/** A right answer that takes its time. */
export function slowAnswer(delayMs: number): Deliver {
  return (response, answer) => {
    const timer = setTimeout(sendAnswer, delayMs, response, answer)
    response.once('close', () => clearTimeout(timer))
  }
}

/** What a gateway in front of WeChat says when WeChat is down. */
export function httpErrorAnswer(status: number): Deliver {
  return (response) => send(response, status, 'text/html', `<html><body><h1>${status}</h1></body></html>`)
}

function beginAnswer(response: ServerResponse, answer: Answer, whenSent: () => void = () => {}): void {
  const text = JSON.stringify(answer)
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) })
  response.write(text.slice(0, 10), whenSent)
}
