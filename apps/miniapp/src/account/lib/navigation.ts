import Taro from '@tarojs/taro'
import { indexOf, type Route, tabs, urlOf } from '../../lib/navigation.ts'

/** Goes back to the page that asked for the login; where there is none, as after a shared link, to the home tab. */
export const leaveLogin = (): Promise<void> => leaveFrom(indexOf('login'))

/**
 * Goes back from the login with a password. Where the login page lies below, it is left as soon as somebody is logged in,
 * and takes along what lies over it.
 */
export async function leavePasswordLogin(): Promise<void> {
  if (indexOf('login') < 0) await leavePage('password-login')
}

/** Goes on to the login with a password: back to it where it lies below, else in place of this page. */
export async function continueToPasswordLogin(): Promise<void> {
  const index = indexOf('password-login')
  if (index >= 0) await Taro.navigateBack({ delta: Taro.getCurrentPages().length - 1 - index })
  else await Taro.redirectTo({ url: urlOf('password-login') })
}

/**
 * Goes back to the page below this one, which others may lie over by now; where there is none, as after a shared link,
 * to the home tab. Nothing where the person has left it already.
 */
export const leavePage = (route: Route): Promise<void> => leaveFrom(indexOf(route))

async function leaveFrom(index: number): Promise<void> {
  // Left already, by another press.
  if (index < 0) return
  if (index > 0) await Taro.navigateBack({ delta: Taro.getCurrentPages().length - index })
  else await Taro.switchTab({ url: tabs.home })
}

/** Goes to one's own account, over whatever pages are open. */
export const openMe = () => Taro.switchTab({ url: tabs.me })
