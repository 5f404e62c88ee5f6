import Taro from '@tarojs/taro'
import { wechatInfo } from '../session/read-wechat-info.ts'
import { createVariable, type Observable } from './observable.ts'

/** The languages that the mini program speaks. */
export type Language = 'zh_CN' | 'en'

/** What the person has chosen; `system` follows WeChat. */
export type LanguageChoice = Language | 'system'

const key = 'language'
const isChoice = (value: unknown): value is LanguageChoice =>
  value === 'zh_CN' || value === 'en' || value === 'system'

/** Chinese, unless WeChat is set to English. `wechatLanguage` is such as `zh_CN`, `zh_TW` or `en`. */
export const languageFor = (choice: LanguageChoice, wechatLanguage: string): Language =>
  choice === 'system' ? (/^en/i.test(wechatLanguage) ? 'en' : 'zh_CN') : choice

const choice = createVariable<LanguageChoice>(readChoice())

/** What the person has chosen, kept on this phone. */
export const languageChoice: Observable<LanguageChoice> = choice

/** The language to speak. WeChat restarts mini programs when its own language is changed. */
export const language: Observable<Language> = {
  get: () => languageFor(choice.get(), wechatLanguage()),
  subscribe: choice.subscribe,
}

/** Speaks another language from now on, and at every later start if the phone can keep it. */
export function chooseLanguage(next: LanguageChoice): void {
  choice.set(next)
  try {
    Taro.setStorageSync(key, next)
  } catch {
    // Storage is full or broken: until the next start, then.
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

const wechatLanguage = (): string => wechatInfo(() => Taro.getAppBaseInfo?.()).language ?? 'zh_CN'
