import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Handler, readText, send, sendJson, urlOf } from '@repo/tooling/local-http'

const prefix = '/__simulator/'

/** Forwards what the phone asks WeChat to the control API of a WeChat simulator. 502 where none responds. */
export function forwardToSimulator(simulatorUrl: string): Handler {
  return async (request, response) => {
    const { pathname } = urlOf(request)
    if (!pathname.startsWith(prefix)) return false
    const reply = await forward(request, new URL(pathname, simulatorUrl))
    if (reply) await relay(reply, response)
    else sendJson(response, 502, { error: `no WeChat simulator responds at ${simulatorUrl}` })
    return true
  }
}

async function forward(request: IncomingMessage, url: URL): Promise<Response | undefined> {
  const { method = 'GET', headers } = request
  const body = method === 'GET' || method === 'DELETE' ? undefined : await readText(request)
  const contentType = headers['content-type']
  return fetch(url, {
    method,
    ...(body !== undefined && { body }),
    ...(contentType !== undefined && { headers: { 'content-type': contentType } }),
  }).catch(() => undefined)
}

async function relay(reply: Response, response: ServerResponse): Promise<void> {
  const text = await reply.text()
  if (text === '') response.writeHead(reply.status).end()
  else send(response, reply.status, reply.headers.get('content-type') ?? 'text/plain', text)
}
