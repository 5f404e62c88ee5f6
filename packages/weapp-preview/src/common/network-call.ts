/** A request that the phone lets the preview's server send, as JSON. */
export type NetworkCall = {
  url: string
  method: string
  header: Readonly<Record<string, string>>
  bodyBase64?: string
  timeoutMs: number
  /** `manual`: a redirect is a response like any other. */
  redirect: 'follow' | 'manual'
}

/** What came back. A failure is what `wx.request` reports, without the name of the function. */
export type NetworkResult =
  | {
      statusCode: number
      /** Names as they were received; the values of a repeated name are joined by a comma. */
      header: Record<string, string>
      cookies: string[]
      bodyBase64: string
    }
  | { failure: { message: string; errno: number } }

/** https://developers.weixin.qq.com/miniprogram/dev/framework/usability/PublicErrno.html */
export const errno = {
  timeout: 5,
  network: 600_001,
  domain: 600_002,
  interrupted: 600_003,
  redirects: 600_008,
  invalidUrl: 600_009,
} as const

/** The text of a phone for a connection that failed. */
export function connectionFailure(code: number, name: string): { message: string; errno: number } {
  return {
    message: `errcode:${code} cronet_error_code:${code} error_msg:net::${name}`,
    errno: errno.network,
  }
}
