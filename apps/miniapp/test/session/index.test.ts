import Taro from '@tarojs/taro'
import { describe, expect, it, vi } from 'vitest'
import { createWechatSession } from '../../src/session/index.ts'
import { toStoredSession } from '../../src/session/stored-session.ts'
import { createFakeServer, userOf } from './fake-server.ts'
import { ada } from './phone.ts'

describe('the session of this phone', () => {
  it('is not known to a version of the mini program that talks to another API', () => {
    const record = toStoredSession(createFakeServer().issue(userOf(ada)), {
      phoneNowMs: Date.now(),
      loginMethod: 'wechat',
      sessionKeyStale: false,
    })
    vi.mocked(Taro.getStorageSync).mockImplementation((key) =>
      key === 'session https://api.example.com' ? record : '',
    )
    const stateAt = (apiUrl: string) =>
      createWechatSession({ apiUrl, openLogin: async () => {} }).state().kind
    expect(stateAt('https://api.example.com')).toBe('user')
    expect(stateAt('https://trial.example.com')).toBe('guest')
  })
})
