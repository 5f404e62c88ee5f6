/** What a function of `wx` reports to `fail`: `message` follows the function's name in `errMsg`. */
export class WxError extends Error {
  override name = 'WxError'
  readonly errno: number | undefined

  constructor(message: string, errno?: number) {
    super(message)
    this.errno = errno
  }
}
