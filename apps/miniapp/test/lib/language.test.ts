import { beforeEach, describe, expect, it, vi } from 'vitest'

/** What WeChat's own language is set to. */
let wechat: string | undefined
let stored: Map<string, unknown>
let isStorageBroken: boolean

/** The mini program starts anew; the phone's storage is kept. */
async function launch() {
  vi.resetModules()
  // The functions of the phone are new as well.
  const { default: Taro } = await import('@tarojs/taro')
  vi.mocked(Taro.getAppBaseInfo).mockImplementation(() => ({ language: wechat }) as never)
  vi.mocked(Taro.getStorageSync).mockImplementation((key: string) => {
    if (isStorageBroken) throw new Error('broken')
    return stored.get(key) ?? ''
  })
  vi.mocked(Taro.setStorageSync).mockImplementation((key: string, value: unknown) => {
    if (isStorageBroken) throw new Error('full')
    stored.set(key, value)
  })
  return import('../../src/lib/language.ts')
}

beforeEach(() => {
  wechat = 'zh_CN'
  stored = new Map()
  isStorageBroken = false
})

describe('language', () => {
  it.each([
    ['zh_CN', 'zh_CN'],
    ['zh_TW', 'zh_CN'],
    ['ja', 'zh_CN'],
    [undefined, 'zh_CN'],
    ['en', 'en'],
    ['EN_us', 'en'],
  ])("follows WeChat's language %s: %s", async (set, spoken) => {
    wechat = set
    expect((await launch()).language.get()).toBe(spoken)
  })

  it("is the user's choice, at once and at the next start", async () => {
    const { chooseLanguage, language } = await launch()
    const heard = vi.fn()
    language.subscribe(heard)
    chooseLanguage('en')
    expect(language.get()).toBe('en')
    expect(heard).toHaveBeenCalledTimes(1)
    expect((await launch()).language.get()).toBe('en')
  })

  it('follows WeChat again when the user chooses that', async () => {
    const { chooseLanguage, language } = await launch()
    chooseLanguage('en')
    chooseLanguage('system')
    expect(language.get()).toBe('zh_CN')
  })

  it('changes until the next start when the storage is broken', async () => {
    isStorageBroken = true
    const { chooseLanguage, language } = await launch()
    expect(language.get()).toBe('zh_CN')
    chooseLanguage('en')
    expect(language.get()).toBe('en')
  })
})
