import Taro from '@tarojs/taro'
import { pageIndex, type Route, tabs, urlOf } from '../../lib/navigation.ts'

/** Returns to the page that opened the login, or to the home tab, as after a shared link. */
export const closeLogin = (): Promise<void> => closeFrom(pageIndex('login'))

/** A login page below closes by itself after a login, with all pages on top of it. */
export async function closePasswordLogin(): Promise<void> {
  if (pageIndex('login') < 0) await closePage('password-login')
}

/** As `closePasswordLogin`, for the phone login. */
export async function closePhoneLogin(): Promise<void> {
  if (pageIndex('login') < 0) await closePage('phone-login')
}

/** Returns to the password login page if it is open, else opens it in place of this page. */
export async function continueToPasswordLogin(): Promise<void> {
  const index = pageIndex('password-login')
  if (index >= 0) await Taro.navigateBack({ delta: Taro.getCurrentPages().length - 1 - index })
  else await Taro.redirectTo({ url: urlOf('password-login') })
}

/** Closes a page and the pages on top of it; without a page below, opens the home tab. */
export const closePage = (route: Route): Promise<void> => closeFrom(pageIndex(route))

async function closeFrom(index: number): Promise<void> {
  // An earlier tap has closed the page.
  if (index < 0) return
  if (index > 0) await Taro.navigateBack({ delta: Taro.getCurrentPages().length - index })
  else await Taro.switchTab({ url: tabs.home })
}

export const openMe = () => Taro.switchTab({ url: tabs.me })
