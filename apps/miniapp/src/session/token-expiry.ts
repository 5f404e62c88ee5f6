/** The lifetime that an access token must have left to be sent: a request takes a moment to arrive. */
const marginMs = 10_000

/** What to add to the phone's clock to get the server's, in milliseconds. */
export const clockOffsetMs = (serverTime: string, phoneNowMs: number): number =>
  Date.parse(serverTime) - phoneNowMs

/** Judged by the server's clock. If the user changed the phone's clock since, it costs one extra request at most. */
export function isTokenFresh(
  token: { accessTokenExpiresAt: string; clockOffsetMs: number },
  phoneNowMs: number,
): boolean {
  return Date.parse(token.accessTokenExpiresAt) - (phoneNowMs + token.clockOffsetMs) > marginMs
}
