import Taro from '@tarojs/taro'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { appId, device, taroPlatform } from '../../src/session/taro-adapter.ts'

const request = { url: 'https://api.example/v1/me', method: 'GET', headers: {}, timeoutMs: 10_000 } as const

beforeEach(() => {
  vi.resetAllMocks()
})

describe('wx.request', () => {
  it.each([
    [{ errMsg: 'request:fail timeout', errno: 5 }, 'request_timeout'],
    [{ errMsg: 'request:fail timeout' }, 'request_timeout'],
    [{ errMsg: 'request:fail url not in domain list' }, 'domain_not_allowed'],
    [{ errMsg: 'request:fail', errno: 600002 }, 'domain_not_allowed'],
    [{ errMsg: 'request:fail interrupted', errno: 600003 }, 'request_interrupted'],
    [{ errMsg: 'request:fail -118:net::ERR_CONNECTION_TIMED_OUT', errno: 600001 }, 'network_unreachable'],
    [{ errMsg: 'request:fail', errno: 600007 }, 'network_unreachable'],
    [new Error('something else'), 'network_unreachable'],
    [undefined, 'network_unreachable'],
  ])('maps %o to %s', async (failure, code) => {
    vi.mocked(Taro.request).mockRejectedValue(failure)
    await expect(taroPlatform.send(request)).rejects.toMatchObject({ code, status: null })
  })

  it('sends body, method and headers, and no body without one', async () => {
    vi.mocked(Taro.request).mockResolvedValue({ statusCode: 204, data: '' } as never)
    const { url, timeoutMs: timeout } = request
    const [method, headers, body] = ['PUT', { authorization: 'Bearer t' }, { nickname: '阿达' }] as const
    await taroPlatform.send({ ...request, method, headers, body })
    expect(Taro.request).toHaveBeenLastCalledWith({ url, timeout, method, header: headers, data: body })
    await taroPlatform.send(request)
    expect(vi.mocked(Taro.request).mock.lastCall?.[0]).not.toHaveProperty('data')
  })

  it('returns empty headers when WeChat gives none', async () => {
    vi.mocked(Taro.request).mockResolvedValue({ statusCode: 204, data: '' } as never)
    await expect(taroPlatform.send(request)).resolves.toEqual({ status: 204, headers: {}, body: '' })
  })
})

describe('wx.login', () => {
  it('gets the timeout', async () => {
    vi.mocked(Taro.login).mockResolvedValue({ code: 'c', errMsg: 'login:ok' })
    await expect(taroPlatform.login({ timeoutMs: 8_000 })).resolves.toMatchObject({ code: 'c' })
    expect(Taro.login).toHaveBeenCalledWith({ timeout: 8_000 })
  })

  it.each([
    [{ errMsg: 'login:fail', errno: 5 }, 'wechat_login_timeout'],
    [{ errMsg: 'login:fail timeout' }, 'wechat_login_timeout'],
    [{ errMsg: 'login:fail', errno: 108 }, 'wechat_login_offline'],
    [{ errMsg: 'login:fail network error' }, 'wechat_login_offline'],
    [{ errMsg: 'login:fail', errno: 1402101 }, 'wechat_login_denied'],
    [{ errMsg: 'login:fail user deny' }, 'wechat_login_denied'],
    [{ errMsg: 'login:fail internal error', errno: 4 }, 'wechat_login_failed'],
    ['login failed', 'wechat_login_failed'],
  ])('maps %o to %s', async (failure, code) => {
    vi.mocked(Taro.login).mockRejectedValue(failure)
    await expect(taroPlatform.login({ timeoutMs: 1 })).rejects.toMatchObject({ code })
  })
})

describe('wx.checkSession', () => {
  it('returns whether the key is valid', async () => {
    vi.mocked(Taro.checkSession).mockResolvedValueOnce({ errMsg: 'checkSession:ok' })
    await expect(taroPlatform.checkSession()).resolves.toBe(true)
    vi.mocked(Taro.checkSession).mockRejectedValueOnce({ errMsg: 'checkSession:fail session time out' })
    await expect(taroPlatform.checkSession()).resolves.toBe(false)
  })
})

describe('device and appId', () => {
  it('fit the limits of the contract', () => {
    vi.mocked(Taro.getDeviceInfo).mockReturnValue({
      model: 'm'.repeat(500),
      system: 's'.repeat(500),
    } as never)
    expect(device()).toEqual({ model: 'm'.repeat(128), system: 's'.repeat(128) })
  })

  it('are undefined when WeChat returns nothing', () => {
    vi.mocked(Taro.getDeviceInfo).mockReturnValue({ model: '', system: 'OS' } as never)
    vi.mocked(Taro.getAccountInfoSync).mockReturnValue({} as never)
    vi.mocked(Taro.getAppBaseInfo).mockReturnValue({} as never)
    expect(device()).toBeUndefined()
    expect(appId()).toBeUndefined()
  })

  it.each([
    ['answers nothing', () => undefined],
    ['answers null', () => null],
    [
      'throws',
      () => {
        throw new Error('not supported')
      },
    ],
  ])('are undefined when WeChat %s', (_how, answer) => {
    for (const name of ['getDeviceInfo', 'getAccountInfoSync', 'getAppBaseInfo'] as const)
      vi.mocked(Taro[name]).mockImplementation(answer as never)
    expect(device()).toBeUndefined()
    expect(appId()).toBeUndefined()
  })
})
