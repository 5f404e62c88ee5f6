/**
 * What a synchronous function of `wx` says of the phone. Nothing where the function is missing, returns nothing or
 * throws, as on old base libraries: the mini program starts without it.
 */
export function wechatInfo<Info extends object>(read: () => Info | null | undefined): Partial<Info> {
  try {
    return read() ?? {}
  } catch {
    return {}
  }
}
