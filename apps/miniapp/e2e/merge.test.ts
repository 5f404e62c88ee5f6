import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import {
  ask,
  codeOf,
  newPassword,
  openWithPassword,
  password,
  peopleOf,
  provePassword,
  register,
  securityPage,
  type,
  whoIs,
} from './accounts.ts'
import type { Phone } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

describe.skipIf(lacksChromium())('joining two accounts', () => {
  const ids = Array.from({ length: 9 }, (_, index) => `person-${index + 1}`)
  const world = useSurroundings({ people: peopleOf(...ids) })
  let phone: Phone
  let people = 0

  /** Somebody who is logged in with a password, binds a WeChat that has an account of its own, and looks at both. */
  async function openOffer(elder: 'password' | 'wechat', { hasPassword = false } = {}) {
    people += 1
    const [person, username] = [`person-${people}`, `account-${people}`]
    if (elder === 'wechat') await world.logInElsewhere(person)
    const account = await register(world, username)
    const wechat = await world.logInElsewhere(person)
    if (hasPassword) {
      const proof = { code: await codeOf(world, person) }
      const body = { username: `${username}-wechat`, newPassword, proof }
      await ask(world, 'PUT /v1/me/password', { token: wechat.accessToken, body })
    }
    phone = await openWithPassword(world, username, person, securityPage)
    await phone.press('绑定当前微信')
    await provePassword(phone)
    await phone.press('看看怎样合并')
    await phone.see('证明另一个账号也是你的')
    return { person, username, account, wechat, elder: elder === 'password' ? account : wechat }
  }
  async function press() {
    // The title of the page is the same; and after some answers the button waits.
    const button = phone.page.locator('wx-button').getByText('合并账号', { exact: true })
    await button.click({ timeout: 30_000 })
    await phone.press('合并')
    await provePassword(phone)
  }

  it.each(['password', 'wechat'] as const)(
    'by this WeChat leaves one account with both ways in: the elder, which has a %s',
    async (kind) => {
      const { person, username, elder } = await openOffer(kind)
      await phone.press('合并账号')
      await phone.see('合并之后不能撤销。')
      await phone.press('取消')
      await press()
      await phone.see('两个账号已合并')
      await phone.see('已绑定')
      await phone.see(username)
      expect((await phone.routes()).at(-1)).toBe(securityPage)
      expect((await world.logInElsewhere(person)).user.id).toBe(elder.user.id)
      expect((await whoIs(world, username, password))?.user.id).toBe(elder.user.id)
      await phone.reopen({ path: 'pages/me/index' })
      await phone.see(elder.user.id)
    },
  )

  it('by the password of the other account does the same; a wrong one changes nothing', async () => {
    const { person, username, account, wechat } = await openOffer('password', { hasPassword: true })
    await phone.see('两个账号都有密码')
    await phone.press('用密码证明')
    await phone.press('合并账号')
    await phone.see('请填写另一个账号的密码')
    await type(phone, '另一个账号的密码', password)
    await press()
    await phone.see('两个密码中有一个不正确，请检查后重试。')
    expect((await world.logInElsewhere(person)).user.id).toBe(wechat.user.id)
    await type(phone, '另一个账号的密码', newPassword)
    await press()
    await phone.see('两个账号已合并')
    expect((await world.logInElsewhere(person)).user.id).toBe(account.user.id)
    expect((await whoIs(world, username, password))?.user.id).toBe(account.user.id)
    expect(await whoIs(world, `${username}-wechat`, newPassword)).toBeNull()
  })

  it('logs this device out where another one was faster, and changes nothing then', async () => {
    const { person, username, account } = await openOffer('password')
    const { accessToken: token } = (await whoIs(world, username, password)) ?? { accessToken: '' }
    const bound = await ask(world, 'PUT /v1/me/wechat', {
      token,
      body: { code: await codeOf(world, person), proof: { password } },
    })
    const { ticket } = bound.body.conflict
    const otherProof = { code: await codeOf(world, person) }
    const body = { ticket, proof: { password }, otherProof }
    expect((await ask(world, 'POST /v1/me/merge', { token, body })).status).toBe(200)
    await phone.press('合并账号')
    await phone.press('合并')
    await phone.see('这次登录已被结束，请重新登录。')
    expect((await world.logInElsewhere(person)).user.id).toBe(account.user.id)
  })

  it('says what is in the way while WeChat or the server is away, and goes on afterwards', async () => {
    await openOffer('password')
    await world.setFault('-1')
    await press()
    await phone.see('暂时联系不上微信，请稍后再试。')
    await world.setFault(null)
    await world.stopApi()
    await press()
    await phone.see('连不上网络或服务器，请检查网络后再试。')
    await world.restartApi()
    await press()
    await phone.see('两个账号已合并')
  })

  it('has nothing to show when it is opened by itself', async () => {
    phone = await world.openPhone({ person: 'person-9', path: 'account/merge/index' })
    await phone.see('现在没有要合并的账号')
    await phone.press('返回')
    await phone.see('你好，随便看看')
    expect(phone.requests).toEqual([])
  })
})
