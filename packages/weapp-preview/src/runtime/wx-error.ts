/** What a function of `wx` reports to `fail`: `message` follows the function's name in `errMsg`. */
export class WxFailure extends Error {
  override name = 'WxFailure'
  readonly errno: number | undefined

  constructor(message: string, errno?: number) {
    super(message)
    this.errno = errno
  }
}
