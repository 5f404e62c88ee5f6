import type { Consent, RequiredConsent } from '@repo/shared'
import Taro from '@tarojs/taro'
import { showToast } from './dialogs.ts'
import { language } from './language.ts'
import { strings } from './navigation-strings.ts'

/** Tabs of the main package. */
export const tabs = { home: '/pages/home/index', me: '/pages/me/index' } as const

/** A page of the sub-package `account`, by its folder. */
export type Route =
  | 'about'
  | 'agreement'
  | 'banned'
  | 'consent'
  | 'data'
  | 'devices'
  | 'login'
  | 'login-history'
  | 'merge'
  | 'password-login'
  | 'password-reset'
  | 'phone'
  | 'phone-login'
  | 'privacy'
  | 'profile'
  | 'security'
  | 'verify-phone'

/** Such as `/account/login/index`. */
export const urlOf = (route: Route): string => `/account/${route}/index`

/** Opens a page on top of the current one, or in its place when WeChat's page stack is full. */
export async function openPage(route: Route): Promise<void> {
  await tryOpenPage(route)
}

const opening = new Set<Route>()

/** WeChat's limit. */
const maxPageDepth = 10

/** Shows a toast if WeChat cannot load the page, as without a network. Returns whether it is open. */
async function tryOpenPage(route: Route): Promise<boolean> {
  // The user may tap twice before the page appears.
  const index = pageIndex(route)
  const depth = Taro.getCurrentPages().length
  if (opening.has(route) || (index >= 0 && index === depth - 1)) return true
  opening.add(route)
  try {
    const open = depth < maxPageDepth ? Taro.navigateTo : Taro.redirectTo
    await open({ url: urlOf(route) })
    return true
  } catch {
    showToast(strings[language.get()].loadFailed)
    return false
  } finally {
    opening.delete(route)
  }
}

let waitingForLogin: (() => void)[] = []

/** Opens the login page unless it is open. Resolves when it has closed. */
export async function openLogin(): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    waitingForLogin.push(resolve)
  })
  if (pageIndex('login') >= 0 || (await tryOpenPage('login'))) await closed
}

/** Resolves when the login page has closed, after earlier callers; at once if it is not open. */
export async function waitForLoginClosed(): Promise<void> {
  if (pageIndex('login') < 0) return
  await new Promise<void>((resolve) => {
    waitingForLogin.push(resolve)
  })
}

/** The login page calls this when WeChat unloads it. */
export function notifyLoginClosed(): void {
  const waiting = waitingForLogin
  waitingForLogin = []
  for (const resolve of waiting) resolve()
}

let consentRequest: { required: RequiredConsent; resolve: (consent: Consent | null) => void } | null = null

/** Opens the page that asks for the consent. Resolves with what the user agreed to; `null`: not now. */
export async function askForConsent(required: RequiredConsent): Promise<Consent | null> {
  const answered = new Promise<Consent | null>((resolve) => {
    consentRequest = { required, resolve }
  })
  if (!(await tryOpenPage('consent'))) answerConsent(null)
  return answered
}

/** What the consent page asks for; `null` when the user opened the page otherwise. */
export const requestedConsent = (): RequiredConsent | null => consentRequest?.required ?? null

/** The consent page calls this with the choice of the user, and when WeChat unloads it. */
export function answerConsent(consent: Consent | null): void {
  consentRequest?.resolve(consent)
  consentRequest = null
}

/** The index in the page stack; -1 if the page is not open. */
export const pageIndex = (route: Route): number =>
  Taro.getCurrentPages().findIndex(({ route: path = '' }) => `/${path}` === urlOf(route))
