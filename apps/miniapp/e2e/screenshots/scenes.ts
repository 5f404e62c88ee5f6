import { ask, codeOf, password, type } from '../accounts.ts'
import type { E2eEnvironment, Phone, PhoneOptions } from '../phone.ts'

/** Where a scene is played: the phone, the environment around it, and who holds the phone. */
export type Stage = {
  phone: Phone
  environment: E2eEnvironment
  person: string
  /** The one of the two that this phone's language has. */
  words: (zhCn: string, en: string) => string
}

/** Something to be looked at. `who` opens it; `act` is done before the picture is taken. */
export type Scene = {
  name: string
  who: 'guest' | 'user'
  path: string
  options?: PhoneOptions
  act?: (stage: Stage) => Promise<void>
}

const pages = {
  home: 'pages/home/index',
  me: 'pages/me/index',
  login: 'account/login/index',
  about: 'account/about/index',
  'login-history': 'account/login-history/index',
  agreement: 'account/agreement/index',
  devices: 'account/devices/index',
  data: 'account/data/index',
  merge: 'account/merge/index',
  'password-login': 'account/password-login/index',
  'password-reset': 'account/password-reset/index',
  phone: 'account/phone/index',
  privacy: 'account/privacy/index',
  profile: 'account/profile/index',
  security: 'account/security/index',
} as const
const everyPage = Object.entries(pages)
/** Where somebody who is logged in has no business. */
const forGuests = [pages.login, pages['password-login'], pages['password-reset']] as string[]

const press =
  (zhCn: string, en: string) =>
  ({ phone, words }: Stage) =>
    phone.tap(words(zhCn, en))
const tick = ({ phone }: Stage) => phone.page.getByRole('checkbox').locator('visible=true').last().click()

/** What comes up after a press, by its `data-part` or its class. */
const shown = ({ phone }: Stage, selector: string) =>
  phone.page.locator(selector).locator('visible=true').first().waitFor()

/** Presses the button of this name, and not the title that has the same words. */
const pressButton = ({ phone, words }: Stage, zhCn: string, en: string) =>
  phone.page.locator('[data-active] wx-button').getByText(words(zhCn, en), { exact: true }).click()

/** Gives this person a number, which another account has already where `isTaken`. */
async function haveNumber({ environment, person }: Stage, isTaken: boolean): Promise<void> {
  const phoneNumber = `${isTaken ? 138 : 139}001390${person.slice(-2)}`
  await environment.simulate('PUT', 'phone', { person, phoneNumber })
  if (!isTaken) return
  const other = `${person}-elder`
  await environment.simulate('PUT', 'phone', { person: other, phoneNumber })
  const { accessToken: token } = await environment.logInElsewhere(other)
  const code = await environment.simulate('POST', 'phone-code', { appId: 'touristappid', person: other })
  const proof = { code: await codeOf(environment, other) }
  await ask(environment, 'POST /v1/me/phone', { token, body: { ...(code as object), proof } })
}

async function bindNumber(stage: Stage): Promise<void> {
  await pressButton(stage, '绑定手机号', 'Bind phone number')
  await stage.phone.tap(stage.words('允许', 'Allow'))
}

async function meetTakenNumber(stage: Stage): Promise<void> {
  await haveNumber(stage, true)
  await bindNumber(stage)
  await shown(stage, '[role=alert]')
}

/** Opens a page of the sub-package, which is there already, on a network that is not as usual. */
const openOn =
  (network: 'none' | '2g', zhCn: string, en: string) =>
  async ({ phone, words }: Stage): Promise<void> => {
    await phone.page.waitForTimeout(500)
    await phone.change({ network })
    await phone.tap(words(zhCn, en))
  }

/** Gives the account a password, logs in with it, and opens what needs a proof. */
async function meetPasswordSheet(stage: Stage): Promise<void> {
  const { phone, environment, person, words } = stage
  await press('退出登录', 'Log out')(stage)
  await press('退出', 'Yes')(stage)
  const { accessToken: token } = await environment.logInElsewhere(person)
  const proof = { code: await codeOf(environment, person) }
  await ask(environment, 'PUT /v1/me/password', {
    token,
    body: { username: person, newPassword: password, proof },
  })
  await phone.reopen({ path: pages['password-login'] })
  await type(phone, words('用户名', 'Username'), person)
  await type(phone, words('密码', 'Password'), password)
  await tick(stage)
  await pressButton(stage, '登录', 'Log in')
  await phone.see(words('你已登录。', 'You are logged in'))
  await phone.reopen({ path: pages.security })
  await press('解绑微信', 'Unbind WeChat')(stage)
  await press('解绑', 'Yes')(stage)
  await phone.see(words('忘记密码？用微信验证', 'Forgot it? Use WeChat'))
}

const guestStates: Omit<Scene, 'who'>[] = [
  { name: 'login-consent', path: pages.login, act: press('微信一键登录', 'Log in with WeChat') },
  {
    name: 'login-consent-phone',
    path: pages.login,
    act: press('手机号快捷登录', 'Log in with phone number'),
  },
  {
    name: 'login-failed',
    path: pages.login,
    options: { login: 'fail' },
    async act(stage) {
      await tick(stage)
      await press('微信一键登录', 'Log in with WeChat')(stage)
      await shown(stage, '[role=alert]')
    },
  },
  { name: 'login-offline', path: pages.login, options: { network: 'none' } },
  {
    name: 'password-login-missed',
    path: pages['password-login'],
    act: (stage) => pressButton(stage, '登录', 'Log in'),
  },
]

/** The later ones find what the earlier ones have changed. */
const userStates: Omit<Scene, 'who'>[] = [
  {
    name: 'home-answered',
    path: pages.home,
    async act(stage) {
      await press('查一查', 'Look it up')(stage)
      await shown(stage, '.protected-card__content')
    },
  },
  { name: 'me-logout', path: pages.me, act: press('退出登录', 'Log out') },
  { name: 'me-offline', path: pages.me, options: { network: 'none' } },
  { name: 'about-language', path: pages.about, act: press('语言', 'Language') },
  { name: 'activity-changes', path: pages['login-history'], act: press('账号变更', 'Account changes') },
  { name: 'activity-loading', path: pages.me, act: openOn('2g', '账号动态', 'Activity') },
  { name: 'activity-failed', path: pages.me, act: openOn('none', '账号动态', 'Activity') },
  {
    name: 'devices-several',
    path: pages.home,
    async act({ phone, environment, person }) {
      await environment.logInElsewhere(person)
      await phone.reopen({ path: pages.devices })
    },
  },
  { name: 'devices-remove', path: pages.devices, act: press('移除', 'Remove') },
  { name: 'security-password', path: pages.security, act: press('登录密码', 'Password') },
  { name: 'security-unbind', path: pages.security, act: press('解绑微信', 'Unbind WeChat') },
  {
    name: 'leave-exported',
    path: pages.data,
    async act(stage) {
      await press('导出', 'Export')(stage)
      await shown(stage, '.data__summary')
    },
  },
  {
    name: 'leave-question',
    path: pages.data,
    async act(stage) {
      await tick(stage)
      await pressButton(stage, '注销账号', 'Delete my account')
    },
  },
  {
    name: 'profile-picture',
    path: pages.profile,
    async act(stage) {
      await press('更换头像', 'Change picture')(stage)
      await press('用微信头像', 'Use WeChat Avatar')(stage)
      await shown(stage, '.avatar-card__remove')
    },
  },
  {
    name: 'phone-privacy',
    path: pages.phone,
    options: { privacy: 'declared' },
    act: (stage) => pressButton(stage, '绑定手机号', 'Bind phone number'),
  },
  { name: 'phone-taken', path: pages.phone, act: meetTakenNumber },
  {
    name: 'merge-offer',
    path: pages.phone,
    async act(stage) {
      await meetTakenNumber(stage)
      await press('合并两个账号', 'Join the accounts')(stage)
      await shown(stage, '.account-card__head')
    },
  },
  {
    name: 'phone-bound',
    path: pages.phone,
    async act(stage) {
      await haveNumber(stage, false)
      await stage.phone.reopen({ path: pages.phone })
      await bindNumber(stage)
      await shown(stage, '.phone-card__number')
      await stage.phone.reopen({ path: pages.phone })
    },
  },
  { name: 'phone-change', path: pages.phone, act: press('更换手机号', 'Change number') },
  { name: 'phone-remove', path: pages.phone, act: press('移除手机号', 'Remove number') },
]

/** Every page as a guest and as somebody who is logged in, the states that a press brings, and the largest text. */
export const scenes: Scene[] = [
  ...everyPage.flatMap(([name, path]): Scene[] => [
    { name, who: 'guest', path },
    ...(forGuests.includes(path) ? [] : [{ name, who: 'user' as const, path }]),
  ]),
  ...guestStates.map((scene): Scene => ({ ...scene, who: 'guest' })),
  ...userStates.map((scene): Scene => ({ ...scene, who: 'user' })),
  ...everyPage.map(([name, path]): Scene => {
    const who = forGuests.includes(path) ? 'guest' : 'user'
    return { name: `${name}-largest`, who, path, options: { textSize: 'largest' } }
  }),
  // The last one: from then on the phone's session is one of a password.
  { name: 'password-sheet', who: 'user', path: pages.me, act: meetPasswordSheet },
]
