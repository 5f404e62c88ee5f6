import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import { ApiError } from '../utils/api-error.ts'

const loopback = ['127.0.0.1', 'localhost', '[::1]']
const wildcards = ['0.0.0.0', '::']

/**
 * Rejects requests of other websites in the developer's browser, as the simulator does, since in development a well-known
 * code logs in. Such a request has a foreign `Origin`, or after DNS rebinding a foreign `Host`; `wx.request` has no `Origin`.
 */
export function registerDevelopmentGuard(
  app: FastifyInstance,
  { host: listenHost, publicUrl }: Pick<Config, 'host' | 'publicUrl'>,
): void {
  const { hostname: publicHostname, origin: publicOrigin } = new URL(publicUrl)
  const known = new Set([...loopback, publicHostname])
  if (!wildcards.includes(listenHost)) known.add(inUrl(listenHost))

  app.addHook('onRequest', (request, _reply, done) => {
    const { host = '', origin } = request.headers
    const hostname = hostnameOf(host)
    // Also allows the IP that this connection was made to, which no website can choose.
    const isLocalAddress =
      wildcards.includes(listenHost) && hostname === addressOf(request.socket.localAddress)
    if (hostname === null || !(known.has(hostname) || isLocalAddress))
      done(forbidden('only for this machine: the Host header must name it, or the host of PUBLIC_URL'))
    else if (origin !== undefined && origin !== publicOrigin && origin !== originOf(host))
      done(forbidden('only for pages of this server: the Origin header names another one'))
    else done()
  })
}

function hostnameOf(host: string): string | null {
  if (!/^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(host)) return null
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : null
}

const originOf = (host: string) => new URL(`http://${host}`).origin

/** As in a URL. */
const inUrl = (host: string) => (host.includes(':') ? `[${host}]` : host).toLowerCase()

/** A dual-stack socket reports IPv4 as IPv6. */
const addressOf = (address = '') => inUrl(address.replace(/^::ffff:(?=\d+\.)/, ''))

const forbidden = (detail: string) => new ApiError('forbidden', { detail })
