import { strings as about } from '../src/account/about/strings.ts'
import { strings as banned } from '../src/account/banned/strings.ts'
import { strings as agreement } from '../src/account/components/agreement-strings.ts'
import { strings as notMyAccount } from '../src/account/components/not-my-account-strings.ts'
import { strings as passwordSheet } from '../src/account/components/password-sheet-strings.ts'
import { strings as privacyPopup } from '../src/account/components/privacy-popup-strings.ts'
import { strings as consent } from '../src/account/consent/strings.ts'
import { strings as data } from '../src/account/data/strings.ts'
import { withdrawStrings as withdraw } from '../src/account/data/withdraw-strings.ts'
import { strings as devices } from '../src/account/devices/strings.ts'
import { strings as clipboard } from '../src/account/lib/clipboard-strings.ts'
import { errorMessages as accountErrors } from '../src/account/lib/error-messages.ts'
import { passwordStrings as password } from '../src/account/lib/password-strings.ts'
import { strings as retry } from '../src/account/lib/retry-strings.ts'
import { strings as login } from '../src/account/login/strings.ts'
import { strings as loginHistory } from '../src/account/login-history/strings.ts'
import { strings as merge } from '../src/account/merge/strings.ts'
import { strings as passwordLogin } from '../src/account/password-login/strings.ts'
import { strings as passwordReset } from '../src/account/password-reset/strings.ts'
import { strings as phone } from '../src/account/phone/strings.ts'
import { strings as profile } from '../src/account/profile/strings.ts'
import { strings as security } from '../src/account/security/strings.ts'
import { strings as asyncContent } from '../src/components/async-content-strings.ts'
import { en as enMessages } from '../src/i18n/en.ts'
import { zhCn } from '../src/i18n/zh-cn.ts'
import type { Language } from '../src/lib/language.ts'
import { strings as navigation } from '../src/lib/navigation-strings.ts'

/** The strings of the mini program in one language. */
const stringsIn = (language: Language) => ({
  ...(language === 'en' ? enMessages : zhCn),
  about: about[language],
  accountErrors: accountErrors[language],
  agreement: agreement[language],
  asyncContent: asyncContent[language],
  banned: banned[language],
  clipboard: clipboard[language],
  consent: consent[language],
  data: data[language],
  devices: devices[language],
  login: login[language],
  loginHistory: loginHistory[language],
  merge: merge[language],
  navigation: navigation[language],
  notMyAccount: notMyAccount[language],
  password: password[language],
  passwordLogin: passwordLogin[language],
  passwordReset: passwordReset[language],
  passwordSheet: passwordSheet[language],
  phone: phone[language],
  privacyPopup: privacyPopup[language],
  profile: profile[language],
  retry: retry[language],
  security: security[language],
  withdraw: withdraw[language],
})

export type Strings = ReturnType<typeof stringsIn>
export const zh = stringsIn('zh_CN')
export const en = stringsIn('en')

/** The text before the first argument of a string with arguments, such as `更新于`. */
export const prefixOf = (format: (...args: string[]) => string): string =>
  format('\0', '\0', '\0').split('\0')[0] ?? ''

/** Any wait after a 429. */
export const retryPattern = new RegExp(zh.retry.retryIn(0).replace('0', '\\d+'))
