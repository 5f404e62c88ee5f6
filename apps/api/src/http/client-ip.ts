import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'

/**
 * Makes `request.ip` the last IP in `X-Forwarded-For` that is not a trusted proxy's, if the request comes from a trusted
 * proxy. Otherwise the header is ignored.
 */
export function proxyOptions(trustedProxies: string[]): Pick<FastifyServerOptions, 'trustProxy'> {
  return { trustProxy: trustedProxies.length > 0 ? trustedProxies : false }
}

/** Must be registered before any hook that reads `request.ip`. */
export function registerForwardedFor(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw
    if (headers['x-forwarded-for'] !== undefined) sanitizeForwardedFor(headers)
    done()
  })
}

/** The IP of a request as PostgreSQL accepts it, without the interface of a link-local one (`fe80::1%eth0`). */
export const clientIp = ({ ip }: Pick<FastifyRequest, 'ip'>): string => ip.split('%')[0] ?? ip

/**
 * Each proxy appends the IP of its client, sometimes with a port, sometimes a word such as `unknown`. Entries to the left
 * of such a word cannot be placed in the chain, so they are dropped.
 */
function sanitizeForwardedFor(headers: IncomingMessage['headers']): void {
  const ips: string[] = []
  for (const entry of String(headers['x-forwarded-for']).split(',').reverse()) {
    const ip = toIp(entry.trim())
    if (ip === null) break
    ips.unshift(ip)
  }
  if (ips.length > 0) headers['x-forwarded-for'] = ips.join(', ')
  else delete headers['x-forwarded-for']
}

/** `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`; `null` for anything else. */
function toIp(entry: string): string | null {
  if (isIP(entry) !== 0 && !entry.includes('%')) return entry
  const [, bracketed, bare] = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::\d+)?$/i.exec(entry) ?? []
  const ip = bracketed ?? bare ?? ''
  return isIP(ip) === 0 ? null : ip
}
