import Taro from '@tarojs/taro'
import { textFor } from '../i18n/index.ts'
import { tell } from './dialogs.ts'
import { language } from './language.ts'

/** The tabs, which lie in the main package. */
export const tabs = { home: '/pages/home/index', me: '/pages/me/index' } as const

/** A page of the sub-package, by the name of its folder. */
export type Route =
  | 'about'
  | 'login-history'
  | 'agreement'
  | 'devices'
  | 'data'
  | 'login'
  | 'merge'
  | 'password-login'
  | 'password-reset'
  | 'phone'
  | 'privacy'
  | 'profile'
  | 'security'

/** Where a page is found, such as `/account/login/index`. */
export const urlOf = (route: Route): string => `/account/${route}/index`

/** Opens a page over this one; where WeChat has no room for one more, in its place. */
export async function openPage(route: Route): Promise<void> {
  await isOpened(route)
}

const opening = new Set<Route>()

/** WeChat lets no more pages lie over each other. */
const maximumDepth = 10

/** Once for all presses. Where the page cannot be fetched, as without a network, the person is told so. */
async function isOpened(route: Route): Promise<boolean> {
  // A second press may come before the page is there, or while it slides in.
  const index = indexOf(route)
  const depth = Taro.getCurrentPages().length
  if (opening.has(route) || (index >= 0 && index === depth - 1)) return true
  opening.add(route)
  try {
    const open = depth < maximumDepth ? Taro.navigateTo : Taro.redirectTo
    await open({ url: urlOf(route) })
    return true
  } catch {
    tell(textFor(language.get()).common.pageMissing)
    return false
  } finally {
    opening.delete(route)
  }
}

let waitingForLogin: (() => void)[] = []

/** Opens the login page over the page that asks, unless it is open. Resolves when it was closed. */
export async function openLogin(): Promise<void> {
  const isClosed = new Promise<void>((resolve) => {
    waitingForLogin.push(resolve)
  })
  if (indexOf('login') >= 0 || (await isOpened('login'))) await isClosed
}

/** Resolves when the login page was closed, after whoever waited for it before; at once where it is not open. */
export async function whenLoginIsClosed(): Promise<void> {
  if (indexOf('login') < 0) return
  await new Promise<void>((resolve) => {
    waitingForLogin.push(resolve)
  })
}

/** The login page has gone, in whatever way. */
export function loginClosed(): void {
  const waiting = waitingForLogin
  waitingForLogin = []
  for (const resolve of waiting) resolve()
}

/** Where a page lies in the stack of open pages; -1 where it is not open. */
export const indexOf = (route: Route): number =>
  Taro.getCurrentPages().findIndex(({ route: path = '' }) => `/${path}` === urlOf(route))
