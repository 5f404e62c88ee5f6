import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Responds and resolves to `true`, or to `false` so that the next handler is asked. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** A request that cannot be served. The client receives the message. */
export class HttpError extends Error {
  override name = 'HttpError'
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** The path and query of a request. A target that is not a URL is a 400. */
export function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://localhost')
  } catch (cause) {
    throw new HttpError(400, 'the request target is not a URL', { cause })
  }
}

/** Sends a whole response with its length, so that a client notices a truncated one. */
export function send(response: ServerResponse, status: number, contentType: string, text: string): void {
  const length = Buffer.byteLength(text)
  response.writeHead(status, { 'content-type': contentType, 'content-length': length }).end(text)
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
}

/**
 * Rejects what a website in the developer's browser could send here: a page of another origin carries a foreign
 * `Origin`, and a name that was pointed at 127.0.0.1 (DNS rebinding) carries a foreign `Host`.
 */
export function rejectForeign(request: IncomingMessage): void {
  const { host, origin } = request.headers
  if (!host || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host)) {
    throw new HttpError(403, 'only for this machine: the Host header must name 127.0.0.1 or localhost')
  }
  if (isFetchOfOtherSite(request)) {
    throw new HttpError(403, 'only for pages of this server: the Sec-Fetch-Site header names another one')
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    throw new HttpError(403, 'only for pages of this server: the Origin header names another one')
  }
}

/** Another site's script, image or frame comes without an `Origin`. A followed link is the developer's. */
function isFetchOfOtherSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  return site !== undefined && site !== 'same-origin' && site !== 'none' && !isLink
}

const maximumBodyBytes = 64 * 1024

/** The JSON body of a request. 415 without `application/json`, 413 above 64 KiB, 400 when it is not JSON. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json') throw new HttpError(415, 'the body must be application/json')
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new HttpError(400, 'the body is not JSON', { cause })
  }
}

/** The body of a request. 413 above 64 KiB. */
export function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      // Drained, not destroyed: the response must reach a client that is still sending.
      if (bytes > maximumBodyBytes)
        reject(new HttpError(413, `the body is larger than ${maximumBodyBytes} bytes`))
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', (cause) => reject(new HttpError(400, 'the request broke off', { cause })))
  })
}

export type LocalServer = {
  /** No slash at the end. */
  url: string
  /** Ends at once and closes every connection. May be called again. */
  close(): Promise<void>
}

export type LocalServerOptions = {
  /** 0 is any free port. */
  port: number
  /** Asked in this order until one responds. */
  handlers: readonly Handler[]
  /** What the console calls the server when a handler throws unexpectedly. */
  name: string
}

/** Serves this machine alone: on the loopback address, and no page of another site. Rejects when the port is taken. */
export function startLocalServer({ port, handlers, name }: LocalServerOptions): Promise<LocalServer> {
  const server = createServer((request, response) => void respond(request, response, handlers, name))
  // Longer than clients wait between two requests, or they reuse a connection just as it closes.
  server.keepAliveTimeout = 75_000

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close })
    })
  })
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  handlers: readonly Handler[],
  name: string,
): Promise<void> {
  // For browsers that send no Sec-Fetch-Site.
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  try {
    rejectForeign(request)
    for (const handler of handlers) if (await handler(request, response)) return
    throw new HttpError(404, `no ${request.method} ${request.url?.split('?')[0]} here`)
  } catch (error) {
    sendError(response, error, name)
  }
}

function sendError(response: ServerResponse, error: unknown, name: string): void {
  const expected = error instanceof HttpError
  if (!expected) console.error(`${name} failed:`, error)
  if (response.headersSent) response.destroy()
  else
    sendJson(response, expected ? error.status : 500, { error: expected ? error.message : 'internal error' })
}
