import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { logInWithWechat, type Phone, type PhoneOptions, tapCheckbox } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

describe.skipIf(lacksChromium())('ProfilePage', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  /** Logs in and opens the page. */
  async function openProfile(options: PhoneOptions): Promise<void> {
    phone = await environment.openPhone({ privacy: 'agreed', ...options })
    await logInWithWechat(phone)
    await phone.tap(zh.me.profile)
    await phone.see(zh.profile.avatar.change)
    phone.requests.length = 0
  }

  const page = () => phone.page.locator('[data-page="account/profile/index"]')
  /** The URL of the visible avatar once the browser has loaded it. */
  const loadedPicture = () =>
    page()
      .locator('.avatar img')
      .evaluate((image: HTMLImageElement) => (image.naturalWidth > 0 ? image.src : ''))
  const field = () => page().locator('.field__input input')
  async function chooseFromWechat(): Promise<void> {
    await phone.tap(zh.profile.avatar.change)
    await phone.tap('用微信头像')
  }
  async function saveNickname(nickname: string): Promise<void> {
    await field().fill(nickname)
    await phone.tap(zh.profile.nickname.save)
  }
  /** Each look is a login, and the number of devices is limited. */
  const seldom = { interval: 1000 }
  const userNow = async (person: string) => (await environment.logInElsewhere(person)).user

  it('asks a guest to log in when opened directly, and shows the profile afterwards', async () => {
    phone = await environment.openPhone({ user: 'xiaohong', path: 'account/profile/index' })
    await phone.see(zh.profile.why)
    expect(phone.requests).toEqual([])
    await phone.tap(zh.me.login)
    await tapCheckbox(phone)
    await phone.tap(zh.login.button)
    await phone.see(zh.profile.avatar.change)
  })

  it('shows the default avatar, then the uploaded one, then the default one again', async () => {
    await openProfile({ user: 'xiaohong' })
    await expect.poll(loadedPicture).toMatch(/\/files\/default-avatars\/[0-9a-f]{16}\.png$/)
    const generated = await loadedPicture()
    expect(await page().getByText(zh.profile.avatar.remove).count()).toBe(0)

    await chooseFromWechat()
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\/[0-9a-f]{64}\.jpg$/)
    expect(phone.requests).toEqual(['POST /v1/me/avatar'])
    const { avatarUrl } = await userNow('xiaohong')
    expect(new URL(await loadedPicture()).pathname).toBe(new URL(String(avatarUrl)).pathname)

    await phone.reopen({ path: 'account/profile/index' })
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\//)
    await phone.tap(zh.profile.avatar.remove)
    await phone.see(zh.profile.avatar.removeBody)
    await phone.tap(zh.profile.avatar.removeConfirm)
    await expect.poll(loadedPicture).toBe(generated)
    await expect.poll(() => page().getByText(zh.profile.avatar.remove).count()).toBe(0)
  })

  it('changes nothing when the user cancels the picker', async () => {
    await openProfile({ user: 'zhangwei' })
    const before = await loadedPicture()
    await phone.tap(zh.profile.avatar.change)
    await phone.tap(zh.common.cancel)
    expect(await loadedPicture()).toBe(before)
    expect(phone.requests).toEqual([])
  })

  it('changes nothing when WeChat rejects the image', async () => {
    await openProfile({ user: 'zhangwei', review: 'reject' })
    const before = await loadedPicture()
    await chooseFromWechat()
    expect(await loadedPicture()).toBe(before)
    expect(phone.requests).toEqual([])
  })

  it('asks for the privacy consent first, and continues after it', async () => {
    await openProfile({ user: 'xiaoming', privacy: 'declared' })
    await phone.tap(zh.profile.avatar.change)
    await phone.see(zh.privacyPopup.title)
    await phone.tap(zh.privacyPopup.disagree)
    expect(phone.requests).toEqual([])
    await phone.tap(zh.profile.avatar.change)
    await phone.tap(zh.privacyPopup.agree)
    await phone.tap('用微信头像')
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\//)
  })

  it('shows the upload progress on a slow network, and finishes after the page has closed', async () => {
    await openProfile({ user: 'chenjing' })
    await phone.reopen({ path: 'account/profile/index', network: '2g' })
    await expect.poll(loadedPicture).toMatch(/default-avatars/)
    await chooseFromWechat()
    await phone.see(zh.profile.avatar.uploading(0).replace(/0%$/, ''))
    await expect.poll(loadedPicture).toMatch(/^blob:/)
    await phone.page.evaluate('weappPreview.wx.switchTab({ url: "/pages/me/index" })')
    await expect
      .poll(async () => (await userNow('chenjing')).avatarUrl, { ...seldom, timeout: 15_000 })
      .toMatch(/\/files\/avatars\//)
    await expect
      .poll(() => phone.page.locator('[data-active] .avatar img').getAttribute('src'), { timeout: 15_000 })
      .toMatch(/\/files\/avatars\//)
  })

  it('shows the old avatar with the reason while the API is down, and uploads again', async () => {
    await openProfile({ user: 'zhangwei' })
    await expect.poll(loadedPicture).toMatch(/default-avatars/)
    await environment.stopApi()
    await chooseFromWechat()
    await phone.see(zh.errors.network_unreachable)
    expect(await page().locator('.avatar img').getAttribute('src')).toMatch(/default-avatars/)
    await environment.restartApi()
    await phone.tap(zh.profile.avatar.retry)
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\//)
  })

  it('saves a nickname that WeChat offers', async () => {
    await openProfile({ user: 'xiaohong' })
    await field().click()
    await phone.page.locator('[data-part=nickname-bar] button').click()
    const offered = await field().inputValue()
    await phone.tap(zh.profile.nickname.save)
    await phone.see(zh.profile.nickname.saved)
    await phone.reopen({ path: 'account/profile/index' })
    await expect.poll(() => field().inputValue()).toBe(offered)
    expect((await userNow('xiaohong')).nickname).toBe(offered)
  })

  it('does not send a nickname that WeChat rejects', async () => {
    await openProfile({ user: 'xiaohong' })
    await saveNickname('违规的名字')
    await phone.see(zh.profile.nickname.rejected)
    await expect.poll(() => field().inputValue()).toBe('')
    expect(phone.requests).toEqual([])
    await saveNickname('阿红')
    await phone.see(zh.profile.nickname.saved)
  })

  it("leaves the check to the API when WeChat's review times out", async () => {
    await openProfile({ user: 'xiaohong', review: 'timeout' })
    await saveNickname('违规的名字')
    await phone.see(zh.accountErrors.content_rejected)
    expect(phone.requests).toEqual(['PUT /v1/me/profile'])
    await saveNickname('小红')
    await phone.see(zh.profile.nickname.saved)
    expect((await userNow('xiaohong')).nickname).toBe('小红')
  })

  it('uses an ordinary field without the privacy consent, and the API checks the nickname', async () => {
    await openProfile({ user: 'xiaoming', privacy: 'undeclared' })
    await saveNickname('违规的名字')
    await phone.see(zh.accountErrors.content_rejected)
    await saveNickname('刘洋')
    await phone.see(zh.profile.nickname.saved)
  })

  it('rejects an empty and a long nickname without a request', async () => {
    await openProfile({ user: 'xiaohong' })
    await saveNickname(' ')
    await phone.see(zh.profile.nickname.empty)
    await saveNickname('很长'.repeat(17))
    await phone.see(zh.profile.nickname.too_long)
    expect(phone.requests).toEqual([])
  })

  it('asks for neither gender nor birthday by default', async () => {
    await openProfile({ user: 'xiaoming' })
    await phone.see(zh.profile.accountId)
    for (const label of [zh.profile.gender.label, zh.profile.birthday.label])
      expect(await page().getByText(label).count()).toBe(0)
  })
})
