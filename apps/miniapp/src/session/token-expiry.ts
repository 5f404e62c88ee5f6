/** How much of its life an access token must have left to be sent: a request takes a moment to arrive. */
const marginMs = 10_000

/** What must be added to the phone's clock to get the server's, in milliseconds. */
export const clockOffsetMs = (serverTime: string, phoneNowMs: number): number =>
  Date.parse(serverTime) - phoneNowMs

/**
 * Whether an access token is worth sending, judged by the server's clock. Only a saving: when somebody set the
 * phone's clock since, a living token is refreshed too early, or a dead one is sent, answered 401, and refreshed.
 */
export function isAlive(
  token: { accessTokenExpiresAt: string; clockOffsetMs: number },
  phoneNowMs: number,
): boolean {
  return Date.parse(token.accessTokenExpiresAt) - (phoneNowMs + token.clockOffsetMs) > marginMs
}
