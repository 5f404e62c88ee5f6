import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { type Phone, type PhoneOptions, pressLogin, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

describe.skipIf(lacksChromium())('the profile in a browser', () => {
  const world = useSurroundings()
  let phone: Phone

  /** Somebody logs in and opens the page. */
  async function openProfile(options: PhoneOptions): Promise<void> {
    phone = await world.openPhone({ privacy: 'agreed', ...options })
    await pressLogin(phone)
    await phone.press('编辑资料')
    await phone.see('更换头像')
    phone.requests.length = 0
  }

  const page = () => phone.page.locator('[data-page="account/profile/index"]')
  /** The address of the picture in view, which the browser has loaded. */
  const loadedPicture = () =>
    page()
      .locator('.avatar img')
      .evaluate((image: HTMLImageElement) => (image.naturalWidth > 0 ? image.src : ''))
  const field = () => page().locator('.field__input input')
  async function chooseFromWechat(): Promise<void> {
    await phone.press('更换头像')
    await phone.press('用微信头像')
  }
  async function saveNickname(nickname: string): Promise<void> {
    await field().fill(nickname)
    await phone.press('保存昵称')
  }
  /** Every look is a login, and a person has room for so many. */
  const seldom = { interval: 1000 }
  const userNow = async (person: string) => (await world.logInElsewhere(person)).user

  it('asks a guest who comes by a link to log in, and is there afterwards', async () => {
    phone = await world.openPhone({ person: 'xiaohong', path: 'account/profile/index' })
    await phone.see('登录后，你可以设置头像、昵称等资料。')
    expect(phone.requests).toEqual([])
    await phone.press('去登录')
    await tick(phone)
    await phone.press('微信一键登录')
    await phone.see('更换头像')
  })

  it('shows the generated picture, then the chosen one, then the generated one again, all from the API', async () => {
    await openProfile({ person: 'xiaohong' })
    await expect.poll(loadedPicture).toMatch(/\/files\/default-avatars\/[0-9a-f]{16}\.png$/)
    const generated = await loadedPicture()
    expect(await page().getByText('恢复默认头像').count()).toBe(0)

    await chooseFromWechat()
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\/[0-9a-f]{64}\.jpg$/)
    expect(phone.requests).toEqual(['POST /v1/me/avatar'])
    const { avatarUrl } = await userNow('xiaohong')
    expect(new URL(await loadedPicture()).pathname).toBe(new URL(String(avatarUrl)).pathname)

    await phone.reopen({ path: 'account/profile/index' })
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\//)
    await phone.press('恢复默认头像')
    await phone.see('你上传的头像会被删除')
    await phone.press('恢复')
    await expect.poll(loadedPicture).toBe(generated)
    await expect.poll(() => page().getByText('恢复默认头像').count()).toBe(0)
  })

  it('changes nothing when the choice is cancelled', async () => {
    await openProfile({ person: 'zhangwei' })
    const before = await loadedPicture()
    await phone.press('更换头像')
    await phone.press('取消')
    expect(await loadedPicture()).toBe(before)
    expect(phone.requests).toEqual([])
  })

  it('changes nothing when WeChat rejects the picture', async () => {
    await openProfile({ person: 'zhangwei', review: 'reject' })
    const before = await loadedPicture()
    await chooseFromWechat()
    expect(await loadedPicture()).toBe(before)
    expect(phone.requests).toEqual([])
  })

  it('asks for the privacy agreement in its own words; a refusal changes nothing, an agreement goes on', async () => {
    await openProfile({ person: 'xiaoming', privacy: 'declared' })
    await phone.press('更换头像')
    await phone.see('使用前请先了解')
    await phone.press('不同意')
    expect(phone.requests).toEqual([])
    await phone.press('更换头像')
    await phone.press('同意')
    await phone.press('用微信头像')
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\//)
  })

  it('shows the chosen picture with its progress on a slow network, and survives that the page is left', async () => {
    await openProfile({ person: 'chenjing' })
    await phone.reopen({ path: 'account/profile/index', network: '2g' })
    await expect.poll(loadedPicture).toMatch(/default-avatars/)
    await chooseFromWechat()
    await phone.see(/正在上传 \d+%/)
    await expect.poll(loadedPicture).toMatch(/^blob:/)
    await phone.page.evaluate('weappPreview.wx.switchTab({ url: "/pages/me/index" })')
    await expect
      .poll(async () => (await userNow('chenjing')).avatarUrl, { ...seldom, timeout: 15_000 })
      .toMatch(/\/files\/avatars\//)
    await expect
      .poll(() => phone.page.locator('[data-active] .avatar img').getAttribute('src'), { timeout: 15_000 })
      .toMatch(/\/files\/avatars\//)
  })

  it('puts the old picture back while the server is away, says why, and sends the same one again', async () => {
    await openProfile({ person: 'zhangwei' })
    await expect.poll(loadedPicture).toMatch(/default-avatars/)
    await world.stopApi()
    await chooseFromWechat()
    await phone.see('连不上网络或服务器，请检查网络后再试。')
    expect(await page().locator('.avatar img').getAttribute('src')).toMatch(/default-avatars/)
    await world.restartApi()
    await phone.press('再传一次')
    await expect.poll(loadedPicture).toMatch(/\/files\/avatars\//)
  })

  it('keeps a nickname that WeChat offers', async () => {
    await openProfile({ person: 'xiaohong' })
    await field().click()
    await phone.page.locator('[data-part=nickname-bar] button').click()
    const offered = await field().inputValue()
    await phone.press('保存昵称')
    await phone.see('昵称已保存')
    await phone.reopen({ path: 'account/profile/index' })
    await expect.poll(() => field().inputValue()).toBe(offered)
    expect((await userNow('xiaohong')).nickname).toBe(offered)
  })

  it('does not send a nickname that WeChat rejects', async () => {
    await openProfile({ person: 'xiaohong' })
    await saveNickname('违规的名字')
    await phone.see('微信没有通过这个昵称')
    await expect.poll(() => field().inputValue()).toBe('')
    expect(phone.requests).toEqual([])
    await saveNickname('阿红')
    await phone.see('昵称已保存')
  })

  it('leaves the check to the server where WeChat has no time for it', async () => {
    await openProfile({ person: 'xiaohong', review: 'timeout' })
    await saveNickname('违规的名字')
    await phone.see('这段文字没有通过微信的内容检查')
    expect(phone.requests).toEqual(['PUT /v1/me/profile'])
    await saveNickname('小红')
    await phone.see('昵称已保存')
    expect((await userNow('xiaohong')).nickname).toBe('小红')
  })

  it('takes a nickname in an ordinary field, which the server checks, where privacy was not agreed to', async () => {
    await openProfile({ person: 'xiaoming', privacy: 'undeclared' })
    await saveNickname('违规的名字')
    await phone.see('这段文字没有通过微信的内容检查')
    await saveNickname('刘洋')
    await phone.see('昵称已保存')
  })

  it('says what is wrong with an empty and with a long nickname, and sends neither', async () => {
    await openProfile({ person: 'xiaohong' })
    await saveNickname(' ')
    await phone.see('请先填写昵称。')
    await saveNickname('很长'.repeat(17))
    await phone.see('昵称最多 32 个字')
    expect(phone.requests).toEqual([])
  })

  it('keeps gender and birthday over a restart, and clears them again', async () => {
    await openProfile({ person: 'xiaoming' })
    await phone.press('性别')
    await phone.press('女')
    await phone.press('确定')
    await phone.press('生日')
    await phone.press('确定')
    await phone.see('1995年1月1日')
    await expect
      .poll(() => userNow('xiaoming'), seldom)
      .toMatchObject({ gender: 'female', birthday: '1995-01-01' })

    await phone.reopen({ path: 'account/profile/index' })
    await phone.see('1995年1月1日')
    await phone.press('清除生日')
    await phone.press('性别')
    await phone.page.locator('[data-part=picker]').getByText('未填写').click()
    await phone.press('确定')
    await expect.poll(() => userNow('xiaoming'), seldom).toMatchObject({ gender: null, birthday: null })
    await expect.poll(() => page().getByText('未填写').count()).toBe(2)
  })

  it('undoes a choice without a network, with the reason', async () => {
    await openProfile({ person: 'xiaoming' })
    await world.stopApi()
    await phone.press('性别')
    await phone.press('男')
    await phone.press('确定')
    await phone.see('性别没有改成，仍是原来的。连不上网络或服务器，请检查网络后再试。')
    await expect.poll(() => page().getByText('未填写').count()).toBe(2)
    await world.restartApi()
  })
})
