import type { IncomingMessage, ServerResponse } from 'node:http'

/** Answers a request and says so; `false`: this was not for me, ask the next one. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** A request that cannot be served; the message goes to whoever asked. */
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
    return new URL(request.url ?? '/', 'http://simulator')
  } catch (cause) {
    throw new HttpError(400, 'the request target is not a URL', { cause })
  }
}

/** Sends a whole answer with its length, so that a client can tell a broken one. */
export function send(response: ServerResponse, status: number, contentType: string, text: string): void {
  const length = Buffer.byteLength(text)
  response.writeHead(status, { 'content-type': contentType, 'content-length': length }).end(text)
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body))
}

/**
 * Refuses what a website in the developer's browser could send here: a page of another origin carries a foreign
 * `Origin`, and a name that was pointed at 127.0.0.1 (DNS rebinding) carries a foreign `Host`.
 */
export function refuseForeign(request: IncomingMessage): void {
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

/** A script, a picture or a frame of another site comes without an `Origin`. A link that is followed is the developer's. */
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
      // Not destroyed but drained: the answer must reach a client that is still sending.
      if (bytes > maximumBodyBytes)
        reject(new HttpError(413, `the body is larger than ${maximumBodyBytes} bytes`))
      else chunks.push(chunk)
    })
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.on('error', (cause) => reject(new HttpError(400, 'the request broke off', { cause })))
  })
}
