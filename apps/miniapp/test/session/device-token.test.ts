import { beforeEach, describe, expect, it, vi } from 'vitest'
import { consent } from '../fakes/consent.ts'
import { apiError, userOf } from './fake-server.ts'
import { ada, createPhone } from './phone.ts'

const login = 'POST /v1/auth/login'
const deviceToken = `device-of-${ada}`

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-20T08:00:00Z') })
})

async function loggedInPhone() {
  const phone = createPhone()
  const session = phone.launch()
  await session.login(consent)
  return { phone, session }
}

const answerOf = (phone: ReturnType<typeof createPhone>) => () => ({
  ...phone.server.issue(userOf(ada)),
  isNewUser: false,
  deviceToken,
})

describe('device token', () => {
  it('is sent by every kind of login after the first', async () => {
    const { phone, session } = await loggedInPhone()
    expect(phone.server.lastBody(login)).not.toHaveProperty('deviceToken')
    for (const [key, logIn] of [
      [login, () => session.login(consent)],
      ['POST /v1/auth/phone-login', () => session.loginWithPhone('c', consent)],
      [
        'POST /v1/auth/password-login',
        () => session.loginWithPassword({ username: 'ada', password: 'p', bindsWechat: false }, consent),
      ],
    ] as const) {
      phone.server.respondNext(key, answerOf(phone))
      await logIn()
      expect(phone.server.lastBody(key)).toMatchObject({ deviceToken })
    }
  })

  it('is sent by a silent login', async () => {
    const { phone, session } = await loggedInPhone()
    phone.server.invalidateAccessTokens()
    phone.server.failNext('POST /v1/auth/refresh', apiError('refresh_token_expired', 401))
    await session.load('GET /v1/me', {})
    expect(phone.server.lastBody(login)).toMatchObject({ expectedUserId: ada, deviceToken })
  })

  it('survives a logout and a restart, apart from the session', async () => {
    const { phone, session } = await loggedInPhone()
    expect(JSON.stringify([phone.storedSession(), session.state()])).not.toContain(deviceToken)
    await session.logout()
    expect(phone.storedSession()).toBeUndefined()
    await phone.launch().login(consent)
    expect(phone.server.lastBody(login)).toMatchObject({ deviceToken })
  })

  it('is removed with the account', async () => {
    const { phone, session } = await loggedInPhone()
    session.clearAccount()
    expect(session.state()).toEqual({ kind: 'guest', endedBy: null })
    for (const launched of [session, phone.launch()]) {
      await launched.login(consent)
      expect(phone.server.lastBody(login)).not.toHaveProperty('deviceToken')
      launched.clearAccount()
    }
  })

  it('is kept in memory when the storage fails', async () => {
    const { phone, session } = await loggedInPhone()
    phone.platform.storage.write.mockImplementation(() => {
      throw new Error('setStorageSync:fail exceed max size')
    })
    phone.server.respondNext(login, () => ({ ...answerOf(phone)(), deviceToken: 'a newer one' }))
    await session.login(consent)
    await session.login(consent)
    expect(phone.server.lastBody(login)).toMatchObject({ deviceToken: 'a newer one' })
    await phone.launch().login(consent)
    expect(phone.server.lastBody(login)).toMatchObject({ deviceToken })
  })

  it.each([undefined, null, 7, '', 'x'.repeat(257), { deviceToken: 5 }, 'gibberish'])(
    'is ignored when the storage or the response contains %j',
    async (broken) => {
      const phone = createPhone()
      phone.stored.set('device', typeof broken === 'object' ? broken : { deviceToken: broken })
      if (broken === 'gibberish') phone.stored.set('device', broken)
      phone.server.respondNext(login, () => ({
        ...answerOf(phone)(),
        deviceToken: broken === 'gibberish' ? undefined : broken,
      }))
      const session = phone.launch()
      await session.login(consent)
      await session.login(consent)
      expect(phone.server.lastBody(login)).not.toHaveProperty('deviceToken')
    },
  )
})
