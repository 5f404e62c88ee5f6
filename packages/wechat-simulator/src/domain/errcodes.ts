import { randomBytes } from 'node:crypto'
import type { WechatPath } from './wechat-paths.ts'

/** The texts of WeChat's errcodes, as far as a login and an account meet them. */
const errmsgs: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001:
    'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40066: 'invalid url',
  40097: 'invalid args',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40226: 'code blocked',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  42001: 'access_token expired',
  43002: 'require POST method',
  43104: 'The openid does not match the appid',
  44002: 'empty post data',
  44991: 'reach max api minute frequence',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  48001: 'api unauthorized',
  61010: 'code is expired',
  87007: 'session_key is not existd or expired',
  87008: 'invalid sig_method',
  87009: 'invalid signature',
  87014: 'risky content',
  87020: 'repeat request limit exceeded',
  // WeChat documents the meaning of the following, but not their messages.
  40004: 'invalid media type',
  40129: 'invalid scene',
  40243: 'appsecret frozen',
  48006: 'clear quota limit reached',
  50002: 'user limited',
  50004: 'token endpoint forbidden',
  50007: 'account frozen',
  89503: 'ip call awaits the confirmation of an admin',
  89506: 'ip call refused by an admin, wait 24 hours',
  89507: 'ip call refused by an admin, wait 1 hour',
}

/** The message of an errcode without the request id. `ip`: the caller's IPv4 address. */
export function errmsgOf(errcode: number, ip: string): string {
  if (errcode === 40164) return `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`
  return errmsgs[errcode] ?? 'unknown error'
}

/** The response for an errcode. Each family of paths writes the request id differently. */
export function errorResponse(
  errcode: number,
  { path, ip, nowMs }: { path: WechatPath; ip: string; nowMs: number },
): { errcode: number; errmsg: string } {
  const message = errmsgOf(errcode, ip)
  const rid = `rid: ${requestId(nowMs)}`
  if (path.startsWith('/sns/')) return { errcode, errmsg: `${message}, ${rid}` }
  if (path !== '/wxa/business/getuserphonenumber') return { errcode, errmsg: `${message} ${rid}` }
  return { errcode, errmsg: `${message} hint: [${randomBytes(12).toString('base64url')}] ${rid}` }
}

/** Identifies a request to WeChat's support: three groups of 8 hex digits, the first the time in seconds. */
export function requestId(nowMs: number): string {
  const random = randomBytes(8).toString('hex')
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0')
  return `${seconds}-${random.slice(0, 8)}-${random.slice(8)}`
}
