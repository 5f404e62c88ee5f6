import type { IncomingMessage, ServerResponse } from 'node:http'
import { HttpError, sendJson } from '@repo/tooling/local-http'
import type { NetworkCall } from '../common/network-call.ts'
import { readBody, TooLargeError } from './read-body.ts'
import { type Network, sendNetworkCall } from './send-network-call.ts'

const maximumCallBytes = 16 * 1024 * 1024

/**
 * `POST /__preview/request`: the phone's access to the network. Only pages of this server may use it: another website in
 * the developer's browser could otherwise reach servers on this machine.
 */
export async function respondToNetworkCall(
  request: IncomingMessage,
  response: ServerResponse,
  network: Network,
): Promise<void> {
  requireOwnOrigin(request)
  const call = await readCall(request)
  const clientClosed = new AbortController()
  response.once('close', () => clientClosed.abort())
  const result = await sendNetworkCall(call, network, clientClosed.signal)
  if (!response.destroyed) sendJson(response, 200, result)
}

function requireOwnOrigin({ headers }: IncomingMessage): void {
  if (headers.origin?.toLowerCase() === `http://${headers.host?.toLowerCase()}`) return
  throw new HttpError(403, 'only for pages of this server: the Origin header must name it')
}

async function readCall(request: IncomingMessage): Promise<NetworkCall> {
  let value: unknown
  try {
    value = JSON.parse((await readBody(request, maximumCallBytes)).toString('utf8'))
  } catch (cause) {
    const tooLarge = cause instanceof TooLargeError
    throw new HttpError(tooLarge ? 413 : 400, tooLarge ? 'the body is too large' : 'the body is not JSON', {
      cause,
    })
  }
  if (isNetworkCall(value)) return value
  throw new HttpError(400, 'the body must have url, method, header, timeoutMs and redirect')
}

function isNetworkCall(value: unknown): value is NetworkCall {
  const { url, method, header, bodyBase64, timeoutMs, redirect } = (value ?? {}) as Record<string, unknown>
  return (
    typeof url === 'string' &&
    typeof method === 'string' &&
    /^[A-Z]{3,7}$/.test(method) &&
    isHeader(header) &&
    (bodyBase64 === undefined || typeof bodyBase64 === 'string') &&
    Number.isFinite(timeoutMs) &&
    (redirect === 'follow' || redirect === 'manual')
  )
}

function isHeader(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((v) => typeof v === 'string')
  )
}
