import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import {
  ask,
  codeOf,
  newPassword,
  openWithPassword,
  password,
  provePassword,
  register,
  securityPage,
  tryPasswordLogin,
  type,
  wechatUsers,
} from './accounts.ts'
import type { Phone } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

describe.skipIf(lacksChromium())('MergePage', () => {
  const ids = Array.from({ length: 9 }, (_, index) => `person-${index + 1}`)
  const environment = useE2eEnvironment({ users: wechatUsers(...ids) })
  let phone: Phone
  let people = 0

  /** Logs in with a password, binds a WeChat account that has its own account, and opens the merge page. */
  async function openOffer(older: 'password' | 'wechat', { hasPassword = false } = {}) {
    people += 1
    const [person, username] = [`person-${people}`, `account-${people}`]
    if (older === 'wechat') await environment.logInElsewhere(person)
    const account = await register(environment, username)
    const wechat = await environment.logInElsewhere(person)
    if (hasPassword) {
      const proof = { code: await codeOf(environment, person) }
      const body = { username: `${username}-wechat`, newPassword, proof }
      await ask(environment, 'PUT /v1/me/password', { token: wechat.accessToken, body })
    }
    phone = await openWithPassword(environment, username, person, securityPage)
    await phone.tap(zh.security.bind)
    await provePassword(phone)
    await phone.tap(zh.security.merge)
    await phone.see(zh.merge.proofTitle)
    return { person, username, account, wechat, older: older === 'password' ? account : wechat }
  }
  async function tapMerge() {
    // The title of the page is the same; and after some answers the button waits.
    const button = phone.page.locator('wx-button').getByText(zh.merge.merge, { exact: true })
    await button.click({ timeout: 30_000 })
    await phone.tap(zh.merge.confirm)
    await provePassword(phone)
  }

  it.each(['password', 'wechat'] as const)(
    'merges by this WeChat account and keeps the older account: the one with a %s',
    async (kind) => {
      const { person, username, older } = await openOffer(kind)
      await phone.tap(zh.merge.merge)
      await phone.see(zh.merge.confirmTitle)
      await phone.tap(zh.common.cancel)
      await tapMerge()
      await phone.see(zh.merge.done)
      await phone.see(zh.security.isBound)
      await phone.see(username)
      expect((await phone.routes()).at(-1)).toBe(securityPage)
      expect((await environment.logInElsewhere(person)).user.id).toBe(older.user.id)
      expect((await tryPasswordLogin(environment, username, password))?.user.id).toBe(older.user.id)
      await phone.reopen({ path: 'account/profile/index' })
      await phone.see(new RegExp(`${older.user.id.slice(0, 4)}….*${older.user.id.slice(-4)}`))
    },
  )

  it('merges by the password of the other account, and rejects a wrong one', async () => {
    const { person, username, account, wechat } = await openOffer('password', { hasPassword: true })
    await phone.see(zh.merge.bothPasswords)
    await phone.tap(zh.merge.usePassword)
    await phone.tap(zh.merge.merge)
    await phone.see(zh.merge.passwordEmpty)
    await type(phone, zh.merge.otherPassword, password)
    await tapMerge()
    await phone.see(zh.merge.eitherPasswordWrong)
    expect((await environment.logInElsewhere(person)).user.id).toBe(wechat.user.id)
    await type(phone, zh.merge.otherPassword, newPassword)
    await tapMerge()
    await phone.see(zh.merge.done)
    expect((await environment.logInElsewhere(person)).user.id).toBe(account.user.id)
    expect((await tryPasswordLogin(environment, username, password))?.user.id).toBe(account.user.id)
    expect(await tryPasswordLogin(environment, `${username}-wechat`, newPassword)).toBeNull()
  })

  it('logs this device out when another device merged first, and changes nothing', async () => {
    const { person, username, account } = await openOffer('password')
    const { accessToken: token } = (await tryPasswordLogin(environment, username, password)) ?? {
      accessToken: '',
    }
    const bound = await ask(environment, 'PUT /v1/me/wechat', {
      token,
      body: { code: await codeOf(environment, person), proof: { password } },
    })
    const { ticket } = bound.body.conflict
    const otherProof = { code: await codeOf(environment, person) }
    const body = { ticket, proof: { password }, otherProof }
    expect((await ask(environment, 'POST /v1/me/merge', { token, body })).status).toBe(200)
    await phone.tap(zh.merge.merge)
    await phone.tap(zh.merge.confirm)
    await phone.see(zh.errors.session_revoked)
    expect((await environment.logInElsewhere(person)).user.id).toBe(account.user.id)
  })

  it('shows an error while WeChat or the API is down, and merges afterwards', async () => {
    await openOffer('password')
    await environment.setFault('-1')
    await tapMerge()
    await phone.see(zh.errors.wechat_unavailable)
    await environment.setFault(null)
    await environment.stopApi()
    await tapMerge()
    await phone.see(zh.errors.network_unreachable)
    await environment.restartApi()
    await tapMerge()
    await phone.see(zh.merge.done)
  })

  it('shows an empty state when opened directly', async () => {
    phone = await environment.openPhone({ user: 'person-9', path: 'account/merge/index' })
    await phone.see(zh.merge.emptyTitle)
    await phone.tap(zh.merge.back)
    await phone.see(zh.home.greetGuest)
    expect(phone.requests).toEqual([])
  })
})
