import { lacksChromium } from '@repo/tooling/chromium'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  ask,
  codeOf,
  newPassword,
  openOver,
  password,
  passwordLoginPage,
  peopleOf,
  pressPasswordLogin,
  register,
  type,
  whoIs,
} from './accounts.ts'
import type { Phone } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

describe.skipIf(lacksChromium())('the login with a password', () => {
  const world = useSurroundings({
    people: peopleOf(
      'another-person',
      'lina',
      'person-who-binds',
      'person-who-forgets',
      'person-with-account',
      'somebody-new',
    ),
  })
  let phone: Phone
  beforeAll(async () => {
    await register(world, 'reviewer')
  })

  const bindSwitch = () => phone.page.getByRole('switch', { name: '同时绑定当前微信' })

  it('over the login page leads back to the page that asked, which then has its answer', async () => {
    phone = await world.openPhone({ person: 'lina' })
    await phone.press('查一查')
    await phone.see('微信一键登录')
    await openOver(phone, passwordLoginPage)
    await pressPasswordLogin(phone, 'reviewer')
    await phone.see('服务器于')
    expect(await phone.routes()).toEqual(['pages/home/index'])
    expect(phone.requests.filter((request) => request === 'GET /v1/me')).toHaveLength(1)
  })

  it('given up leads back to the login page, and from there to the page that asked', async () => {
    phone = await world.openPhone({ person: 'lina' })
    await phone.press('查一查')
    await phone.see('微信一键登录')
    await openOver(phone, passwordLoginPage)
    await phone.see('用你设置过的用户名和密码登录。')
    await phone.press('暂不登录')
    await expect.poll(() => phone.routes()).toEqual(['pages/home/index', 'account/login/index'])
    await phone.press('暂不登录')
    await expect.poll(() => phone.routes()).toEqual(['pages/home/index'])
    expect(phone.requests).toEqual([])
  })

  it('by itself leads to the home tab, or to the page below; a restart still knows the person', async () => {
    phone = await world.openPhone({ person: 'lina', path: passwordLoginPage })
    await pressPasswordLogin(phone, 'Reviewer')
    await phone.see('你已登录。')
    expect(await phone.routes()).toEqual(['pages/home/index'])
    await phone.press('我的')
    await phone.press('退出登录')
    await phone.press('退出')
    await phone.see('尚未登录')
    await openOver(phone, passwordLoginPage)
    await pressPasswordLogin(phone, 'reviewer')
    await phone.see('普通用户')
    expect(await phone.routes()).toEqual(['pages/me/index'])
    await phone.reopen()
    await phone.see('你已登录。')
    // Nobody is to be bound whom the person did not want to bind.
    expect((await world.logInElsewhere('lina')).user.username).toBeNull()
  })

  it('asks for consent first, and goes on when it is given', async () => {
    phone = await world.openPhone({ person: 'lina', path: passwordLoginPage })
    await type(phone, '用户名', 'reviewer')
    await type(phone, '密码', password)
    await phone.page.locator('[data-active] wx-button').getByText('登录', { exact: true }).click()
    await phone.see('请先阅读并同意')
    expect(phone.requests).toEqual([])
    await phone.press('暂不同意')
    await phone.page.locator('[data-active] wx-button').getByText('登录', { exact: true }).click()
    await phone.press('同意并登录')
    await phone.see('你已登录。')
  })

  it('says what is wrong, and lets nobody in', async () => {
    phone = await world.openPhone({ person: 'lina', path: passwordLoginPage })
    await pressPasswordLogin(phone, 'reviewer', 'not this one')
    await phone.see('用户名或密码不对，请检查后再试。')
    await world.restartApi({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    for (const guess of ['first guess', 'second guess']) {
      await type(phone, '密码', guess)
      await phone.page.locator('[data-active] wx-button').getByText('登录', { exact: true }).click()
    }
    await phone.see('秒后可以再试')
    await world.restartApi()
    expect(await phone.routes()).toEqual([passwordLoginPage])
  })

  it('tells a banned person so, and why: where they are, and at the next login', async () => {
    const admin = await register(world, 'the-admin')
    const banned = await register(world, 'the-banned')
    await world.grantAdmin(admin.user.id)
    const { accessToken: token } = (await whoIs(world, 'the-admin', password)) ?? { accessToken: '' }
    phone = await world.openPhone({ person: 'lina', path: passwordLoginPage })
    await pressPasswordLogin(phone, 'the-banned')
    await phone.see('你已登录。')
    const ban = { token, body: { reason: '发布广告' } }
    expect((await ask(world, `PUT /v1/admin/users/${banned.user.id}/ban`, ban)).status).toBe(204)
    await phone.press('我的')
    await phone.see('这个账号已被停用。')
    await phone.see('原因：发布广告')
    await phone.reopen({ path: passwordLoginPage })
    await pressPasswordLogin(phone, 'the-banned')
    await phone.see('这个账号已被停用。')
    await phone.see('原因：发布广告')
  })

  it('binds this WeChat where the person wants it, which then logs in by itself', async () => {
    const { user } = await register(world, 'binder')
    phone = await world.openPhone({ person: 'person-who-binds', path: passwordLoginPage })
    await bindSwitch().click()
    await pressPasswordLogin(phone, 'binder')
    await phone.see('你已登录。')
    expect((await world.logInElsewhere('person-who-binds')).user.id).toBe(user.id)

    // Another phone, with another WeChat.
    await phone.close()
    phone = await world.openPhone({ person: 'another-person', path: passwordLoginPage })
    await bindSwitch().click()
    await pressPasswordLogin(phone, 'binder')
    await phone.see('这个账号已绑定了另一个微信。')
    await bindSwitch().click()
    await phone.page.locator('[data-active] wx-button').getByText('登录', { exact: true }).click()
    await phone.see('你已登录。')
  })

  it('goes on without binding where this WeChat belongs to another account, or then on to the merge', async () => {
    await register(world, 'collider')
    await world.logInElsewhere('person-with-account')
    phone = await world.openPhone({ person: 'person-with-account', path: passwordLoginPage })
    await bindSwitch().click()
    await pressPasswordLogin(phone, 'collider')
    await phone.see('没有登录：当前微信已经是另一个账号的登录方式')
    await phone.press('不绑定，直接登录')
    await phone.see('你已登录。')
    await phone.press('我的')
    await phone.press('退出登录')
    await phone.press('退出')
    await phone.press('去登录')
    await openOver(phone, passwordLoginPage)
    await bindSwitch().click()
    await pressPasswordLogin(phone, 'collider')
    await phone.press('登录后合并两个账号')
    await phone.see('证明另一个账号也是你的')
    expect(await phone.routes()).toEqual(['pages/me/index', 'account/merge/index'])
    await phone.press('暂不合并')
    await phone.see('普通用户')
  })

  it('is possible again after a reset on the word of WeChat', async () => {
    const { accessToken: token } = await register(world, 'forgetful')
    const code = await codeOf(world, 'person-who-forgets')
    await ask(world, 'PUT /v1/me/wechat', { token, body: { code, proof: { password } } })
    phone = await world.openPhone({ person: 'person-who-forgets', path: passwordLoginPage })
    await phone.press('忘记密码')
    await type(phone, '新密码', 'short')
    await phone.press('重设密码')
    await phone.see('密码要有 8 到 128 个字符')
    await type(phone, '新密码', 'password1')
    await phone.press('重设密码')
    await phone.see('这个密码太容易被猜到，请换一个。')
    await type(phone, '新密码', newPassword)
    await phone.press('重设密码')
    await phone.see('新密码已设好')
    await phone.press('用新密码登录')
    await pressPasswordLogin(phone, 'forgetful', newPassword)
    await phone.see('你已登录。')
    expect(await ask(world, 'GET /v1/me', { token })).toMatchObject({ body: { code: 'session_revoked' } })
    expect(await whoIs(world, 'forgetful', password)).toBeNull()
  })

  it('is not to be had for a WeChat without a password, nor while WeChat is away', async () => {
    phone = await world.openPhone({ person: 'somebody-new', path: 'account/password-reset/index' })
    await type(phone, '新密码', newPassword)
    await phone.press('重设密码')
    await phone.see('当前微信没有绑定设过密码的账号。')
    await world.setFault('reset')
    await phone.press('重设密码')
    await phone.see('暂时联系不上微信，请稍后再试。')
    await world.setFault(null)
    await phone.press('取消')
    await phone.see('你好，随便看看')
  })
})
