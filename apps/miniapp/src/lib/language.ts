import Taro from '@tarojs/taro'
import { readWechatInfo } from '../session/read-wechat-info.ts'
import { createObservable, type Observable } from './observable.ts'

export type Language = 'zh_CN' | 'en'

/** `system` follows WeChat. */
export type LanguageChoice = Language | 'system'

const key = 'language'
const isChoice = (value: unknown): value is LanguageChoice =>
  value === 'zh_CN' || value === 'en' || value === 'system'

/** Chinese, unless WeChat is set to English. `wechatLanguage` is for example `zh_CN`, `zh_TW` or `en`. */
export const languageFor = (choice: LanguageChoice, wechatLanguage: string): Language =>
  choice === 'system' ? (/^en/i.test(wechatLanguage) ? 'en' : 'zh_CN') : choice

const choice = createObservable<LanguageChoice>(readChoice())

/** The user's choice, stored on this phone. */
export const languageChoice: Observable<LanguageChoice> = choice

/** The current language. WeChat restarts mini programs when its own language changes. */
export const language: Observable<Language> = {
  get: () => languageFor(choice.get(), wechatLanguage()),
  subscribe: choice.subscribe,
}

export function chooseLanguage(next: LanguageChoice): void {
  choice.set(next)
  try {
    Taro.setStorageSync(key, next)
  } catch {
    // The storage is full or broken, so the choice lasts until the next start.
  }
}

function readChoice(): LanguageChoice {
  try {
    const stored = Taro.getStorageSync(key)
    return isChoice(stored) ? stored : 'system'
  } catch {
    return 'system'
  }
}

const wechatLanguage = (): string => readWechatInfo(() => Taro.getAppBaseInfo?.()).language ?? 'zh_CN'
