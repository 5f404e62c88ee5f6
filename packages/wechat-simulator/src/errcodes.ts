import { randomBytes } from 'node:crypto'

/** The texts of WeChat's errcodes, as far as they concern a login and the access token. */
const errmsgs: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001:
    'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
  40002: 'invalid grant_type',
  40013: 'invalid appid',
  40029: 'invalid code',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40226: 'code blocked',
  // WeChat's own words for this one are not known.
  40243: 'appsecret frozen',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  42001: 'access_token expired',
  43002: 'require POST method',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  87008: 'invalid sig_method',
  87009: 'invalid signature',
}

/** The words for an errcode without the request id. `address`: the IPv4 address of the caller. */
export function errmsgOf(errcode: number, address: string): string {
  if (errcode === 40164) return `invalid ip ${address} ipv6 ::ffff:${address}, not in whitelist`
  return errmsgs[errcode] ?? 'unknown error'
}

/** Identifies a request to WeChat's support: three groups of 8 hex digits, the first the time in seconds. */
export function requestId(nowMs: number): string {
  const random = randomBytes(8).toString('hex')
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0')
  return `${seconds}-${random.slice(0, 8)}-${random.slice(8)}`
}
