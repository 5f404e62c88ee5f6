import { isDeadToken } from './errors.ts'
import type { ApiClient } from './http-client.ts'
import type { StoredSession } from './stored-session.ts'
import { withDeadline } from './with-timeout.ts'

const timeoutMs = 5_000

/**
 * Tells the server that a session is over, so that its tokens die there too. Best effort within a bounded time: it
 * never rejects, since on this phone the session is over in any case.
 */
export async function tellLogout(client: ApiClient, session: StoredSession): Promise<void> {
  try {
    await withDeadline(endOnServer(client, session), timeoutMs, () => new Error('logout took too long'))
  } catch {
    // The refresh token is forgotten here, and the server's session dies of age.
  }
}

async function endOnServer(client: ApiClient, { accessToken, refreshToken }: StoredSession): Promise<void> {
  try {
    await client.call('POST /v1/auth/logout', { accessToken })
  } catch (error) {
    if (!isDeadToken(error)) throw error
    const fresh = await client.call('POST /v1/auth/refresh', { body: { refreshToken } })
    await client.call('POST /v1/auth/logout', { accessToken: fresh.accessToken })
  }
}
