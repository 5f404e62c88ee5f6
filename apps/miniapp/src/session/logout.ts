import { isAccessTokenRejected } from './errors.ts'
import type { ApiClient } from './http-client.ts'
import type { StoredSession } from './stored-session.ts'
import { withTimeout } from './with-timeout.ts'

const timeoutMs = 5_000

/** Ends the session on the server, best effort and in bounded time. Never rejects: on this phone it has ended already. */
export async function notifyLogout(client: ApiClient, session: StoredSession): Promise<void> {
  try {
    await withTimeout(endOnServer(client, session), timeoutMs, () => new Error('logout timed out'))
  } catch {
    // The phone has dropped the refresh token, and the session expires on the server.
  }
}

async function endOnServer(client: ApiClient, { accessToken, refreshToken }: StoredSession): Promise<void> {
  try {
    await client.call('POST /v1/auth/logout', { accessToken })
  } catch (error) {
    if (!isAccessTokenRejected(error)) throw error
    const fresh = await client.call('POST /v1/auth/refresh', { body: { refreshToken } })
    await client.call('POST /v1/auth/logout', { accessToken: fresh.accessToken })
  }
}
