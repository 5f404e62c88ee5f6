import { isIP } from 'node:net'
import { InvalidValue } from './value-types.ts'

/** Parses an http(s) URL; the slash at its end is dropped. @throws InvalidValue */
export function parseHttpUrl(text: string): string {
  if (/^https?:\/\/[^/?#]+[^?#]*$/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '')
  throw new InvalidValue('must be an http or https URL without a query, such as https://api.example.com')
}

/** Parses the URL of an http proxy, with credentials where it needs them. @throws InvalidValue */
export function parseProxyUrl(text: string): string {
  if (isProxyUrl(text)) return text
  throw new InvalidValue(
    'must be http://host:port or https://host:port, with user:password@ before the host if need be',
  )
}

/** Parses `redis://…` or `rediss://…`. @throws InvalidValue */
export function parseRedisUrl(text: string): string {
  if (/^rediss?:\/\/./.test(text) && URL.canParse(text)) return text
  throw new InvalidValue('must be redis://… or rediss://…')
}

/** Parses IP addresses and CIDR blocks, separated by commas. A block that contains every address is a mistake. @throws InvalidValue */
export function parseAddresses(text: string): string[] {
  const blocks = text.split(',').flatMap((part) => part.trim() || [])
  for (const block of blocks) {
    const [, address = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(block) ?? []
    const version = isIP(address)
    if (version === 0 || Number(length ?? 1) > (version === 4 ? 32 : 128))
      throw new InvalidValue(
        `must be addresses or CIDR blocks, separated by commas, such as 10.0.0.0/8,fd00::/8; "${block}" is neither`,
      )
    if (length !== undefined && Number(length) < shortestPrefix(address))
      throw new InvalidValue(`must not trust every client: with "${block}" a client could choose its address`)
  }
  return blocks
}

/** The largest blocks that one organization can own are private: 10.0.0.0/8 and fc00::/7. */
function shortestPrefix(address: string): number {
  if (isIP(address) === 4) return 8
  return /^::ffff:/i.test(address) ? 96 + 8 : 7
}

function isProxyUrl(text: string): boolean {
  if (!/^https?:\/\/[^/?#]+\/?$/.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  try {
    decodeURIComponent(username + password)
  } catch {
    return false
  }
  // With only one of them the HTTP client would send neither.
  return (username === '') === (password === '')
}

/** Whether a URL leads to this machine. */
export const isLoopback = (url: string): boolean =>
  /^((.+\.)?localhost|127(\.\d+){3}|0\.0\.0\.0|\[::(1|ffff:7f[\da-f]{2}:[\da-f]{1,4})?\])$/.test(
    new URL(url).hostname,
  )
