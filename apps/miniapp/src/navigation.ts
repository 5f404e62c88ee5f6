import Taro from '@tarojs/taro'

export const routes = {
  home: '/pages/home/index',
  me: '/pages/me/index',
  login: '/pages/login/index',
  agreement: '/pages/agreement/index',
  privacy: '/pages/privacy/index',
} as const

let isOpeningLogin = false

/** Opens the login page over the page that asks, unless it is open or about to be. */
export async function openLogin(): Promise<void> {
  if (isOpeningLogin || loginIndex() >= 0) return
  isOpeningLogin = true
  try {
    await Taro.navigateTo({ url: routes.login })
  } finally {
    isOpeningLogin = false
  }
}

/** Goes back to the page that asked for the login; where there is none, as after a shared link, to the home tab. */
export async function leaveLogin(): Promise<void> {
  const index = loginIndex()
  if (index > 0) await Taro.navigateBack({ delta: Taro.getCurrentPages().length - index })
  else await Taro.switchTab({ url: routes.home })
}

export const openAgreement = () => Taro.navigateTo({ url: routes.agreement })
export const openPrivacy = () => Taro.navigateTo({ url: routes.privacy })

/** Where the login page lies in the stack of open pages; -1 where it is not open. */
const loginIndex = (): number =>
  Taro.getCurrentPages().findIndex(({ route = '' }) => `/${route}` === routes.login)
