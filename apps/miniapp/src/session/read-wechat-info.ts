/** Reads a synchronous `wx` function; on old base libraries it may be missing, throw or return nothing. */
export function readWechatInfo<Info extends object>(read: () => Info | null | undefined): Partial<Info> {
  try {
    return read() ?? {}
  } catch {
    return {}
  }
}
