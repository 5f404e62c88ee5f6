import { ask, codeOf, password, type } from '../accounts.ts'
import type { E2eEnvironment, Phone, PhoneOptions } from '../phone.ts'
import type { Strings } from '../strings.ts'

type Label = (t: Strings) => string

/** What a scene needs: the phone, its environment and its WeChat user. */
export type Stage = {
  phone: Phone
  environment: E2eEnvironment
  person: string
  /** The mini program's strings in the language of this phone. */
  t: Strings
  /** For strings of the preview. */
  pick: (zhCn: string, en: string) => string
}

/** One screenshot. `act` runs before it. */
export type Scene = {
  name: string
  as: 'guest' | 'user'
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
  banned: 'account/banned/index',
  devices: 'account/devices/index',
  data: 'account/data/index',
  merge: 'account/merge/index',
  'password-login': 'account/password-login/index',
  'password-reset': 'account/password-reset/index',
  phone: 'account/phone/index',
  'phone-login': 'account/phone-login/index',
  privacy: 'account/privacy/index',
  profile: 'account/profile/index',
  security: 'account/security/index',
  'verify-phone': 'account/verify-phone/index',
} as const
const everyPage = Object.entries(pages)
/** Pages that a logged-in user cannot open. */
const forGuests = [
  pages.login,
  pages['password-login'],
  pages['password-reset'],
  pages['phone-login'],
] as string[]

const tap =
  (label: Label) =>
  ({ phone, t }: Stage) =>
    phone.tap(label(t))
const tapCheckbox = ({ phone }: Stage) =>
  phone.page.getByRole('checkbox').locator('visible=true').last().click()

/** Waits for an element by its `data-part` or class. */
const shown = ({ phone }: Stage, selector: string) =>
  phone.page.locator(selector).locator('visible=true').first().waitFor()

/** Taps the button and not a title with the same text. */
const tapButton = ({ phone, t }: Stage, label: Label) =>
  phone.page.locator('[data-active] wx-button').getByText(label(t), { exact: true }).click()

/** Gives the WeChat user a phone number; with `isTaken` one that another account has. */
async function haveNumber({ environment, person }: Stage, isTaken: boolean): Promise<void> {
  const phoneNumber = `${isTaken ? 138 : 139}001390${person.slice(-2)}`
  await environment.simulate('PUT', 'phone', { person, phoneNumber })
  if (!isTaken) return
  const other = `${person}-other`
  await environment.simulate('PUT', 'phone', { person: other, phoneNumber })
  const { accessToken: token } = await environment.logInElsewhere(other)
  const code = await environment.simulate('POST', 'phone-code', { appId: 'touristappid', person: other })
  const proof = { code: await codeOf(environment, other) }
  await ask(environment, 'POST /v1/me/phone', { token, body: { ...(code as object), proof } })
}

async function bindNumber(stage: Stage): Promise<void> {
  await tapButton(stage, (t) => t.phone.bind)
  await stage.phone.tap(stage.pick('允许', 'Allow'))
}

async function meetTakenNumber(stage: Stage): Promise<void> {
  await haveNumber(stage, true)
  await bindNumber(stage)
  await shown(stage, '[role=alert]')
}

/** Opens a page of the loaded sub-package on another network. */
const openOn =
  (network: 'none' | '2g', label: Label) =>
  async ({ phone, t }: Stage): Promise<void> => {
    await phone.page.waitForTimeout(500)
    await phone.change({ network })
    await phone.tap(label(t))
  }

/** Sets a password, logs in with it, and opens the password sheet. */
async function meetPasswordSheet(stage: Stage): Promise<void> {
  const { phone, environment, person, t } = stage
  await tap((t) => t.me.logout)(stage)
  await tap((t) => t.me.confirmLogout.confirm)(stage)
  const { accessToken: token } = await environment.logInElsewhere(person)
  const proof = { code: await codeOf(environment, person) }
  await ask(environment, 'PUT /v1/me/password', {
    token,
    body: { username: person, newPassword: password, proof },
  })
  await phone.reopen({ path: pages['password-login'] })
  await type(phone, t.password.username, person)
  await type(phone, t.password.password, password)
  await tapCheckbox(stage)
  await tapButton(stage, (t) => t.passwordLogin.login)
  await phone.see(t.home.userLead)
  await phone.reopen({ path: pages.security })
  await tap((t) => t.security.unbind)(stage)
  await tap((t) => t.security.unbindConfirm)(stage)
  await phone.see(t.passwordSheet.forgotPassword)
}

/** The user is banned by an admin until the notice has appeared. */
async function meetBan({ phone, environment, person, t }: Stage): Promise<void> {
  const admin = `${person}-admin`
  await environment.grantAdmin((await environment.logInElsewhere(admin)).user.id)
  const { accessToken: token } = await environment.logInElsewhere(admin)
  const { user } = await environment.logInElsewhere(person)
  const key = `/v1/admin/users/${user.id}/ban` as const
  const body = { reason: '多次发布广告', until: '2036-01-31T08:00:00.000Z' }
  await ask(environment, `PUT ${key}`, { token, body })
  await phone.reopen({ path: pages.banned })
  await phone.see(t.banned.lead)
  await ask(environment, `DELETE ${key}`, { token })
}

const guestStates: Omit<Scene, 'as'>[] = [
  { name: 'login-consent', path: pages.login, act: tap((t) => t.login.button) },
  {
    name: 'login-consent-phone',
    path: pages.login,
    act: tap((t) => t.login.phoneButton),
  },
  {
    name: 'login-failed',
    path: pages.login,
    options: { login: 'fail' },
    async act(stage) {
      await tapCheckbox(stage)
      await tap((t) => t.login.button)(stage)
      await shown(stage, '[role=alert]')
    },
  },
  { name: 'login-offline', path: pages.login, options: { network: 'none' } },
  {
    name: 'password-login-missed',
    path: pages['password-login'],
    act: (stage) => tapButton(stage, (t) => t.passwordLogin.login),
  },
]

/** In order: later scenes see the changes of earlier ones. */
const userStates: Omit<Scene, 'as'>[] = [
  {
    name: 'home-answered',
    path: pages.home,
    async act(stage) {
      await tap((t) => t.home.load)(stage)
      await shown(stage, '.protected-card__content')
    },
  },
  { name: 'me-logout', path: pages.me, act: tap((t) => t.me.logout) },
  { name: 'me-offline', path: pages.me, options: { network: 'none' } },
  { name: 'about-rights', path: pages.about, act: tap((t) => t.about.rights) },
  { name: 'about-language', path: pages.about, act: tap((t) => t.about.language) },
  {
    name: 'login-history-changes',
    path: pages['login-history'],
    act: tap((t) => t.loginHistory.kinds.changes),
  },
  { name: 'login-history-loading', path: pages.me, act: openOn('2g', (t) => t.me['login-history']) },
  { name: 'login-history-failed', path: pages.me, act: openOn('none', (t) => t.me['login-history']) },
  {
    name: 'devices-several',
    path: pages.home,
    async act({ phone, environment, person }) {
      await environment.logInElsewhere(person)
      await phone.reopen({ path: pages.devices })
    },
  },
  { name: 'devices-remove', path: pages.devices, act: tap((t) => t.devices.remove) },
  { name: 'security-password', path: pages.security, act: tap((t) => t.security.password) },
  { name: 'security-unbind', path: pages.security, act: tap((t) => t.security.unbind) },
  {
    name: 'data-exported',
    path: pages.data,
    async act(stage) {
      await tap((t) => t.data.export)(stage)
      await shown(stage, '.data__summary')
    },
  },
  {
    name: 'data-question',
    path: pages.data,
    async act(stage) {
      await tapCheckbox(stage)
      await tapButton(stage, (t) => t.data.deleteAccount)
    },
  },
  {
    name: 'profile-picture',
    path: pages.profile,
    async act(stage) {
      await tap((t) => t.profile.avatar.change)(stage)
      await stage.phone.tap(stage.pick('用微信头像', 'Use WeChat Avatar'))
      await shown(stage, '.avatar-card__remove')
    },
  },
  {
    name: 'phone-privacy',
    path: pages.phone,
    options: { privacy: 'declared' },
    act: (stage) => tapButton(stage, (t) => t.phone.bind),
  },
  { name: 'phone-taken', path: pages.phone, act: meetTakenNumber },
  {
    name: 'merge-offer',
    path: pages.phone,
    async act(stage) {
      await meetTakenNumber(stage)
      await tap((t) => t.phone.merge)(stage)
      await shown(stage, '.account-card')
    },
  },
  {
    name: 'phone-not-mine',
    path: pages.phone,
    async act(stage) {
      await meetTakenNumber(stage)
      await tap((t) => t.notMyAccount.notMine)(stage)
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
  { name: 'phone-change', path: pages.phone, act: tap((t) => t.phone.change) },
  { name: 'phone-remove', path: pages.phone, act: tap((t) => t.phone.remove) },
]

/** Every page as a guest and as a user, further states, and the largest text size. */
export const scenes: Scene[] = [
  ...everyPage.flatMap(([name, path]): Scene[] => [
    { name, as: 'guest', path },
    ...(forGuests.includes(path) ? [] : [{ name, as: 'user' as const, path }]),
  ]),
  ...guestStates.map((scene): Scene => ({ ...scene, as: 'guest' })),
  ...userStates.map((scene): Scene => ({ ...scene, as: 'user' })),
  ...everyPage.map(([name, path]): Scene => {
    const role = forGuests.includes(path) ? 'guest' : 'user'
    return { name: `${name}-largest`, as: role, path, options: { textSize: 'largest' } }
  }),
  { name: 'banned-notice', as: 'guest', path: pages.banned, act: meetBan },
  {
    name: 'banned-appeal',
    as: 'guest',
    path: pages.banned,
    async act(stage) {
      await meetBan(stage)
      await tap((t) => t.banned.appeal)(stage)
    },
  },
  // Last, since it replaces the session with one from a password login.
  { name: 'password-sheet', as: 'user', path: pages.me, act: meetPasswordSheet },
]
