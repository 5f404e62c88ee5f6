import Taro from '@tarojs/taro'
import { beforeEach, describe, expect, it, vi } from 'vitest'

/** The mini program starts anew, on the same phone. */
async function launch() {
  vi.resetModules()
  vi.doMock('@tarojs/taro', () => ({ default: Taro }))
  return import('../../src/platform/language.ts')
}

beforeEach(() => {
  const stored = new Map<string, unknown>()
  vi.mocked(Taro.getStorageSync).mockImplementation((key: string) => stored.get(key) ?? '')
  vi.mocked(Taro.setStorageSync).mockImplementation(
    (key: string, value: unknown) => void stored.set(key, value),
  )
  vi.mocked(Taro.getAppBaseInfo).mockReturnValue({ language: 'zh_CN' } as never)
})

describe('the language', () => {
  it.each([
    ['zh_CN', 'zh_CN'],
    ['zh_TW', 'zh_CN'],
    ['ja', 'zh_CN'],
    [undefined, 'zh_CN'],
    ['en', 'en'],
    ['EN_us', 'en'],
  ])('follows WeChat, which says %s: %s', async (wechat, spoken) => {
    vi.mocked(Taro.getAppBaseInfo).mockReturnValue({ language: wechat } as never)
    expect((await launch()).language.get()).toBe(spoken)
  })

  it('is what the person chose, at once and at the next start', async () => {
    const { chooseLanguage, language } = await launch()
    const heard = vi.fn()
    language.subscribe(heard)
    chooseLanguage('en')
    expect(language.get()).toBe('en')
    expect(heard).toHaveBeenCalledTimes(1)
    expect((await launch()).language.get()).toBe('en')
  })

  it('follows WeChat again when the person wants that', async () => {
    const { chooseLanguage, language } = await launch()
    chooseLanguage('en')
    chooseLanguage('system')
    expect(language.get()).toBe('zh_CN')
  })

  it('changes also where the storage is broken, until the next start', async () => {
    vi.mocked(Taro.getStorageSync).mockImplementation(() => {
      throw new Error('broken')
    })
    vi.mocked(Taro.setStorageSync).mockImplementation(() => {
      throw new Error('full')
    })
    const { chooseLanguage, language } = await launch()
    expect(language.get()).toBe('zh_CN')
    chooseLanguage('en')
    expect(language.get()).toBe('en')
  })
})
