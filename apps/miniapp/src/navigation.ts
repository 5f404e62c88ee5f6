import Taro from '@tarojs/taro'
import { tell } from './components/confirm.ts'
import { language } from './platform/language.ts'
import { textFor } from './text/index.ts'

/** Every page that another one opens. */
export const routes = {
  home: '/pages/home/index',
  me: '/pages/me/index',
  login: '/pages/login/index',
  about: '/account/about/index',
  activity: '/account/activity/index',
  agreement: '/account/agreement/index',
  devices: '/account/devices/index',
  leave: '/account/leave/index',
  merge: '/account/merge/index',
  passwordLogin: '/account/password-login/index',
  passwordReset: '/account/password-reset/index',
  phone: '/account/phone/index',
  privacy: '/account/privacy/index',
  profile: '/account/profile/index',
  security: '/account/security/index',
} as const

/** A page that lies over the one that opens it. */
export type Route = Exclude<keyof typeof routes, 'home' | 'me' | 'login'>

const opening = new Set<Route>()

/**
 * Opens a page over this one, once for all presses; where it cannot be fetched, as without a network, the person is told
 * so.
 */
export async function openPage(route: Route): Promise<void> {
  // A second press may come before the page is there, or while it slides in.
  if (opening.has(route) || isOnTop(route)) return
  opening.add(route)
  try {
    await Taro.navigateTo({ url: routes[route] })
  } catch {
    tell(textFor(language.get()).common.pageMissing)
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
  if (loginIndex() < 0) await Taro.navigateTo({ url: routes.login })
  await isClosed
}

/** Resolves when the login page was closed, after whoever waited for it before; at once where it is not open. */
export async function whenLoginIsClosed(): Promise<void> {
  if (loginIndex() < 0) return
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

/** Goes back to the page that asked for the login; where there is none, as after a shared link, to the home tab. */
export const leaveLogin = (): Promise<void> => leaveFrom(loginIndex())

/**
 * Goes back from the login with a password. Where the login page lies below, it is left as soon as somebody is logged in,
 * and takes along what lies over it.
 */
export async function leavePasswordLogin(): Promise<void> {
  if (loginIndex() < 0) await leavePage('passwordLogin')
}

/** Goes on to the login with a password: back to it where it lies below, else in place of this page. */
export async function continueToPasswordLogin(): Promise<void> {
  const index = indexOf(routes.passwordLogin)
  if (index >= 0) await Taro.navigateBack({ delta: Taro.getCurrentPages().length - 1 - index })
  else await Taro.redirectTo({ url: routes.passwordLogin })
}

/**
 * Goes back to the page below this one, which others may lie over by now; where there is none, as after a shared link,
 * to the home tab. Nothing where the person has left it already.
 */
export const leavePage = (route: Route): Promise<void> => leaveFrom(indexOf(routes[route]))

async function leaveFrom(index: number): Promise<void> {
  // Left already, by another press.
  if (index < 0) return
  if (index > 0) await Taro.navigateBack({ delta: Taro.getCurrentPages().length - index })
  else await Taro.switchTab({ url: routes.home })
}

const loginIndex = (): number => indexOf(routes.login)

/** Goes to one's own account, over whatever pages are open. */
export const openMe = () => Taro.switchTab({ url: routes.me })

function isOnTop(route: Route): boolean {
  const pages = Taro.getCurrentPages()
  return `/${pages[pages.length - 1]?.route}` === routes[route]
}

/** Where a page lies in the stack of open pages; -1 where it is not open. */
const indexOf = (url: string): number =>
  Taro.getCurrentPages().findIndex(({ route = '' }) => `/${route}` === url)
