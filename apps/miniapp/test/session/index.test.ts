import Taro from '@tarojs/taro'
import { describe, expect, it, vi } from 'vitest'
import { createWechatSession } from '../../src/session/index.ts'
import { toStoredSession } from '../../src/session/stored-session.ts'
import { consent } from '../fakes/consent.ts'
import { createFakeServer, userOf } from './fake-server.ts'
import { ada } from './phone.ts'

describe('createWechatSession', () => {
  it('ignores the stored session of another API URL', () => {
    const record = toStoredSession(createFakeServer().issue(userOf(ada)), {
      phoneNowMs: Date.now(),
      loginMethod: 'wechat',
      sessionKeyStale: false,
      consent,
    })
    vi.mocked(Taro.getStorageSync).mockImplementation((key) =>
      key === 'session https://api.example.com' ? record : '',
    )
    const stateAt = (apiUrl: string) =>
      createWechatSession({ apiUrl, openLogin: async () => {}, onConsentOutdated: async () => null }).state()
        .kind
    expect(stateAt('https://api.example.com')).toBe('user')
    expect(stateAt('https://trial.example.com')).toBe('guest')
  })
})
