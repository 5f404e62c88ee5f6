import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'

/**
 * Makes `request.ip` the last address in `X-Forwarded-For` that no trusted proxy has, provided that the request comes
 * from a trusted one; else the header says nothing. No trusted proxies: it never says anything.
 */
export function proxyOptions(trustedProxies: string[]): Pick<FastifyServerOptions, 'trustProxy'> {
  return { trustProxy: trustedProxies.length > 0 ? trustedProxies : false }
}

/** To be registered before everything that looks at `request.ip`. */
export function registerProxies(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw
    if (headers['x-forwarded-for'] !== undefined) keepAddresses(headers)
    done()
  })
}

/** The address of a request as PostgreSQL takes it: a link-local one names its network interface, `fe80::1%eth0`. */
export const clientIp = ({ ip }: Pick<FastifyRequest, 'ip'>): string => ip.split('%')[0] ?? ip

/**
 * Each proxy appends whom it heard: mostly an address, sometimes with a port, sometimes a word such as `unknown`. What
 * stands left of something that is no address cannot be placed in the chain, so it goes.
 */
function keepAddresses(headers: IncomingMessage['headers']): void {
  const addresses: string[] = []
  for (const entry of String(headers['x-forwarded-for']).split(',').reverse()) {
    const address = toAddress(entry.trim())
    if (address === null) break
    addresses.unshift(address)
  }
  if (addresses.length > 0) headers['x-forwarded-for'] = addresses.join(', ')
  else delete headers['x-forwarded-for']
}

/** `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]:443`; `null` for anything else. */
function toAddress(entry: string): string | null {
  if (isIP(entry) !== 0 && !entry.includes('%')) return entry
  const [, bracketed, bare] = /^(?:\[([\da-f:.]+)\]|([\d.]+))(?::\d+)?$/i.exec(entry) ?? []
  const address = bracketed ?? bare ?? ''
  return isIP(address) === 0 ? null : address
}
