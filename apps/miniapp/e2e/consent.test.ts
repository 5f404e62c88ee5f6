import { testKeys } from '@repo/api/testing'
import { lacksChromium } from '@repo/tooling/chromium'
import { afterEach, describe, expect, it } from 'vitest'
import { currentConsent } from '../src/account/lib/consent.ts'
import { ask, codeOf, wechatUsers } from './accounts.ts'
import { logInWithWechat, type Phone, tapCheckbox } from './phone.ts'
import { prefixOf, zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

const users = ['agrees', 'declines', 'deletes', 'outdated', 'withdraws']
/** What the user agreed to in an earlier version of the mini program. */
const earlier = { agreementVersion: '2026-01-01', privacyVersion: '2026-01-01' }
const { agreementVersion, privacyVersion } = currentConsent()
const bundled = { REQUIRED_AGREEMENT_VERSION: agreementVersion, REQUIRED_PRIVACY_VERSION: privacyVersion }
/** Documents that the bundle does not have. */
const newer = { REQUIRED_PRIVACY_VERSION: `${Number(privacyVersion.slice(0, 4)) + 1}-01-01` }

describe.skipIf(lacksChromium())('renewal of the consent', () => {
  const environment = useE2eEnvironment({ users: wechatUsers(...users) })
  let phone: Phone

  afterEach(() => environment.restartApi())

  const route = () => phone.routes().then((routes) => routes.at(-1))
  const count = (request: string) => phone.requests.filter((sent) => sent === request).length

  /** Starts the API anew with other keys for access tokens: the next request refreshes. */
  const outliveAccessToken = (variables: Record<string, string>) =>
    environment.restartApi({ ...variables, ACCESS_TOKEN_KEYS: testKeys().ACCESS_TOKEN_KEYS })

  /** Logs in as the earlier version did, raises the required versions, and outlives the access token. */
  async function openOutdated(user: string, required: Record<string, string>): Promise<void> {
    phone = await environment.openPhone({ user })
    await phone.page.route('**/__preview/request', async (request) => {
      const call = request.request().postDataJSON() as { url: string; bodyBase64?: string }
      if (!call.url.endsWith('/v1/auth/login')) return request.continue()
      const body = JSON.parse(Buffer.from(call.bodyBase64 ?? '', 'base64').toString())
      const bodyBase64 = Buffer.from(JSON.stringify({ ...body, consent: earlier })).toString('base64')
      await request.continue({ postData: JSON.stringify({ ...call, bodyBase64 }) })
    })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await outliveAccessToken(required)
    await phone.tap(zh.home.tab)
    phone.requests.length = 0
  }

  /** The versions and the ways of the user's consents, oldest first, as the export shows them. */
  async function storedConsents(user: string) {
    const { status, body } = await ask(environment, 'POST /v1/auth/export', {
      body: { code: await codeOf(environment, user), appId: 'touristappid' },
    })
    expect(status).toBe(200)
    return (body.consents as { method: string; agreementVersion: string }[]).map(
      ({ method, agreementVersion: version }) => [method, version],
    )
  }

  it('asks once for newer documents, and goes on with the same tap', async () => {
    await openOutdated('agrees', bundled)
    await phone.tap(zh.home.load)
    await phone.see(zh.consent.heading)
    await phone.see(zh.consent.version(privacyVersion))
    await phone.tap(zh.consent.privacy)
    await expect.poll(route).toBe('account/privacy/index')
    await phone.page.evaluate('weappPreview.wx.navigateBack()')
    await phone.tap(zh.consent.accept)
    await phone.see(prefixOf(zh.home.updated))
    expect(await phone.routes()).toEqual(['pages/home/index'])
    expect(count('POST /v1/auth/login')).toBe(0)
    expect(await storedConsents('agrees')).toEqual([
      ['wechat', earlier.agreementVersion],
      ['renewal', agreementVersion],
    ])

    phone.requests.length = 0
    await outliveAccessToken(bundled)
    await phone.tap(zh.home.load)
    // The first one is rejected, the second one comes after the refresh.
    await expect.poll(() => count('GET /v1/me')).toBe(2)
    expect(count('POST /v1/auth/refresh')).toBe(1)
    expect(await route()).toBe('pages/home/index')
    expect(await phone.page.getByRole('alert').count()).toBe(0)
  })

  it('leaves a user who declines logged in, free to browse and to withdraw', async () => {
    await openOutdated('declines', bundled)
    await phone.tap(zh.home.load)
    await phone.tap(zh.consent.decline)
    await phone.see(zh.errors.consent_outdated)
    await phone.see(prefixOf(zh.home.greetUser))
    expect(await phone.routes()).toEqual(['pages/home/index'])

    await phone.tap(zh.me.title)
    await phone.see('普通用户')
    await phone.tap(zh.me.about)
    await expect.poll(route).toBe('account/about/index')
    await phone.page.evaluate('weappPreview.wx.navigateBack()')

    await phone.tap(zh.me.data)
    await phone.see(zh.withdraw.body)
    await phone.tap(zh.withdraw.title)
    await phone.tap(zh.withdraw.dialog.confirm)
    await phone.see(zh.withdraw.done)
    await phone.see(zh.me.guestName)
    expect(count('POST /v1/me/consent')).toBe(0)
    expect(await storedConsents('declines')).toEqual([
      ['wechat', earlier.agreementVersion],
      ['withdrawal', earlier.agreementVersion],
    ])
  })

  it('exports and deletes the account of a user who declines', async () => {
    await openOutdated('deletes', bundled)
    await phone.tap(zh.home.load)
    await phone.tap(zh.consent.decline)
    await phone.tap(zh.me.title)
    await phone.tap(zh.me.data)
    await phone.tap(zh.data.export)
    await phone.see(zh.data.exportedAt)
    await tapCheckbox(phone)
    await phone.page
      .getByRole('button', { name: zh.data.deleteAccount, exact: true })
      .locator('visible=true')
      .click()
    await phone.page.getByRole('dialog').getByRole('button', { name: zh.data.deleteConfirm }).click()
    await phone.see(zh.data.deletedTitle)
    expect(await environment.logInElsewhere('deletes')).toMatchObject({ isNewUser: true })
  })

  it('asks for an update where the mini program does not have the documents', async () => {
    await openOutdated('outdated', newer)
    await phone.tap(zh.home.load)
    await phone.see(zh.consent.updateHeading)
    expect(await phone.page.getByText(zh.consent.accept).count()).toBe(0)
    await phone.tap(zh.consent.update)
    await phone.see(zh.consent.updateNotReady)
    await phone.tap(zh.consent.decline)
    await phone.see(zh.errors.consent_outdated)
    await phone.see(prefixOf(zh.home.greetUser))

    await phone.tap(zh.me.title)
    await phone.tap(zh.me.logout)
    await phone.tap(zh.me.confirmLogout.confirm)
    await logInWithWechat(phone)
    await phone.see(zh.login.outdated)
    expect(await route()).toBe('account/login/index')
  })

  it('withdraws the consent, and the next login gives it again', async () => {
    phone = await environment.openPhone({ user: 'withdraws' })
    await logInWithWechat(phone)
    await phone.see('普通用户')
    const elsewhere = await environment.logInElsewhere('withdraws')
    await phone.tap(zh.me.data)
    await phone.tap(zh.withdraw.title)
    await phone.tap(zh.withdraw.dialog.cancel)
    expect(count('POST /v1/auth/consent/withdraw')).toBe(0)
    await phone.tap(zh.withdraw.title)
    await phone.tap(zh.withdraw.dialog.confirm)
    await phone.see(zh.withdraw.done)
    await phone.see(zh.me.guestName)
    expect(await phone.routes()).toEqual(['pages/me/index'])
    const { status, body } = await ask(environment, 'POST /v1/auth/refresh', {
      body: { refreshToken: elsewhere.refreshToken },
    })
    expect([status, body.code]).toEqual([401, 'session_revoked'])

    await phone.tap(zh.me.login)
    await tapCheckbox(phone)
    await phone.tap(zh.login.button)
    await phone.see('普通用户')
    expect((await storedConsents('withdraws')).map(([method]) => method)).toEqual([
      'wechat',
      'withdrawal',
      'wechat',
    ])
  })
})
