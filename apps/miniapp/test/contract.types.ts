import type { User } from '@repo/shared'
import type { Messages } from '../src/i18n/messages.ts'
import type { ApiClient } from '../src/session/http-client.ts'
import type { Session } from '../src/session/session.ts'

// Checked by the compiler alone: each line below an expected error must go on being one.
export async function contractHolds(client: ApiClient, session: Session, messages: Messages): Promise<void> {
  const consent = { agreementVersion: '2026-12-01', privacyVersion: '2026-12-01' }
  const { user, isNewUser } = await client.call('POST /v1/auth/login', { body: { code: 'c', consent } })
  const id: string = user.id
  const isNew: boolean = isNewUser
  const me: User = await session.request('GET /v1/me', {})
  const nothing: undefined = await client.call('POST /v1/auth/logout', { accessToken: 't' })

  // @ts-expect-error there is no such operation
  await client.call('GET /v1/auth/login', {})
  // @ts-expect-error the body is missing
  await client.call('POST /v1/auth/login', {})
  // @ts-expect-error the code is a messages
  await client.call('POST /v1/auth/login', { body: { code: 5 } })
  // @ts-expect-error the body has no such field
  await client.call('POST /v1/auth/login', { body: { code: 'c', openid: 'o' } })
  // @ts-expect-error this operation takes no body
  await client.call('GET /v1/me', { accessToken: 't', body: {} })
  // @ts-expect-error this operation needs an access token
  await client.call('GET /v1/me', {})
  // @ts-expect-error a login carries no access token
  await client.call('POST /v1/auth/login', { accessToken: 't', body: { code: 'c' } })
  // @ts-expect-error a refresh tells nothing about new users
  void (await client.call('POST /v1/auth/refresh', { body: { refreshToken: 'r' } })).isNewUser
  // @ts-expect-error pages use only endpoints for users; a login has its own functions
  await session.request('POST /v1/auth/login', { body: { code: 'c' } })
  // @ts-expect-error the session adds the token itself
  await session.request('GET /v1/me', { accessToken: 't' })
  // @ts-expect-error every error has a message
  const withoutMessage: Messages['errors'] = { ...messages.errors, account_banned: undefined }

  void [id, isNew, me, nothing, withoutMessage]
}
