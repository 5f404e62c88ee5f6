import type { Phone, PhoneOptions } from '../phone.ts'

/** Something to be looked at. `who` opens it; `act` is done before the picture is taken. */
export type Scene = {
  name: string
  who: 'guest' | 'user'
  path: string
  options?: PhoneOptions
  act?: (phone: Phone, words: (zhCn: string, en: string) => string) => Promise<void>
}

const accountPages = [
  'about',
  'activity',
  'agreement',
  'devices',
  'leave',
  'merge',
  'password-login',
  'password-reset',
  'phone',
  'privacy',
  'profile',
  'security',
]

/** Every page as a guest and as somebody who is logged in, and the states that a press brings. */
export const scenes: Scene[] = [
  { name: 'home', who: 'guest', path: 'pages/home/index' },
  { name: 'home', who: 'user', path: 'pages/home/index' },
  { name: 'me', who: 'guest', path: 'pages/me/index' },
  { name: 'me', who: 'user', path: 'pages/me/index' },
  { name: 'me-offline', who: 'user', path: 'pages/me/index', options: { network: 'none' } },
  { name: 'login', who: 'guest', path: 'account/login/index' },
  {
    name: 'login-consent',
    who: 'guest',
    path: 'account/login/index',
    act: (phone, words) => phone.press(words('微信一键登录', 'Log in with WeChat')),
  },
  {
    name: 'login-failed',
    who: 'guest',
    path: 'account/login/index',
    options: { login: 'fail' },
    async act(phone, words) {
      await phone.page.getByRole('checkbox').click()
      await phone.press(words('微信一键登录', 'Log in with WeChat'))
      await phone.page.getByRole('alert').waitFor()
    },
  },
  ...accountPages.flatMap((page): Scene[] => {
    const path = `account/${page}/index`
    return [
      { name: page, who: 'guest', path },
      { name: page, who: 'user', path },
    ]
  }),
]
