import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import {
  ask,
  codeOf,
  newPassword,
  openOver,
  openWithPassword,
  password,
  peopleOf,
  provePassword,
  register,
  securityPage,
  type,
  whoIs,
} from './accounts.ts'
import { type Phone, pressLogin, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

describe.skipIf(lacksChromium())('the page of the ways into an account', () => {
  const world = useSurroundings({
    people: peopleOf('chenjing', 'lina', 'somebody-new', 'wangqiang', 'xiaohong', 'zhangwei'),
  })
  let phone: Phone

  /** Somebody who is logged in with WeChat. */
  async function openWithWechat(person: string) {
    phone = await world.openPhone({ person })
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.press('账号与安全')
    await phone.see('解绑微信')
  }
  async function openForm() {
    await phone.press('登录密码')
    await phone.see('8 到 128 个字符，越长越安全。')
  }

  it('tells a guest what it is for, and is there after the login', async () => {
    phone = await world.openPhone({ person: 'xiaohong', path: securityPage })
    await phone.see('登录后，可以设置密码、绑定或解绑微信。')
    expect(phone.requests).toEqual([])
    await phone.press('去登录')
    await tick(phone)
    await phone.press('微信一键登录')
    await phone.see('解绑微信')
  })

  it('gives an account of WeChat a password, which then logs in elsewhere, and only then unbinds WeChat', async () => {
    await openWithWechat('zhangwei')
    await phone.press('解绑微信')
    await phone.see('微信是你现在唯一的登录方式')
    await phone.press('去设置')
    await type(phone, '用户名', 'ZhangWei')
    await type(phone, '新密码', newPassword)
    await phone.press('保存')
    await phone.see('zhangwei')
    const { user } = await world.logInElsewhere('zhangwei')
    expect(await whoIs(world, 'zhangwei', newPassword)).toMatchObject({ user: { id: user.id } })

    await phone.press('解绑微信')
    await phone.see('以后只能用用户名“zhangwei”和密码登录')
    await phone.press('取消')
    await phone.press('解绑微信')
    await phone.press('解绑')
    await phone.see('未绑定')
    expect((await world.logInElsewhere('zhangwei')).isNewUser).toBe(true)
    await phone.reopen({ path: securityPage })
    await phone.see('zhangwei')

    // That WeChat is another account's by now.
    await phone.press('绑定当前微信')
    await provePassword(phone, newPassword)
    await phone.see('当前微信已经是另一个账号的登录方式')
    await phone.press('看看怎样合并')
    await phone.see('证明另一个账号也是你的')
    await phone.press('暂不合并')
    await phone.see('未绑定')
    expect(await phone.routes()).toEqual([securityPage])
  })

  it('changes a password, proven by the current one or by WeChat, and logs out the other devices', async () => {
    await register(world, 'keeper')
    const elsewhere = await whoIs(world, 'keeper', password)
    phone = await openWithPassword(world, 'keeper', 'lina', securityPage)
    await phone.see('未绑定')
    await openForm()
    await type(phone, '当前密码', 'not this one')
    await type(phone, '新密码', newPassword)
    await phone.press('保存')
    await phone.see('当前密码不对，请检查后再试。')
    await type(phone, '当前密码', password)
    await type(phone, '新密码', 'short')
    await phone.press('保存')
    await phone.see('密码要有 8 到 128 个字符')
    await type(phone, '新密码', 'password1')
    await phone.press('保存')
    await phone.see('这个密码太容易被猜到，请换一个。')
    await type(phone, '新密码', newPassword)
    await phone.press('保存')
    await phone.see('密码已保存，其他设备已退出')
    expect(await whoIs(world, 'keeper', newPassword)).not.toBeNull()
    expect(await ask(world, 'GET /v1/me', { token: elsewhere?.accessToken ?? '' })).toMatchObject({
      body: { code: 'session_revoked' },
    })

    await phone.press('绑定当前微信')
    await provePassword(phone, 'not this one')
    await phone.see('密码错误，请重新输入')
    await provePassword(phone, newPassword)
    await phone.see('已绑定当前微信')
    await openForm()
    await phone.press('忘了，用微信证明')
    await type(phone, '新密码', password)
    await phone.press('保存')
    await phone.see('密码已保存，其他设备已退出')
    expect(await whoIs(world, 'keeper', password)).not.toBeNull()
    expect((await world.logInElsewhere('lina')).user.username).toBe('keeper')
  })

  it('says which username is taken, and which cannot be one', async () => {
    await register(world, 'taken')
    await openWithWechat('chenjing')
    await openForm()
    await type(phone, '用户名', 'no spaces')
    await type(phone, '新密码', newPassword)
    await phone.press('保存')
    await phone.see('用户名要有 3 到 32 个字符')
    await type(phone, '用户名', 'Taken')
    await phone.press('保存')
    await phone.see('这个用户名已有人使用，请换一个。')
    expect((await world.logInElsewhere('chenjing')).user.username).toBeNull()
  })

  it('says that another WeChat is bound, and that this one proves nothing', async () => {
    const account = await register(world, 'elsewhere')
    const code = await codeOf(world, 'wangqiang')
    await ask(world, 'PUT /v1/me/wechat', { token: account.accessToken, body: { code, proof: { password } } })
    phone = await openWithPassword(world, 'elsewhere', 'somebody-new', securityPage)
    await phone.press('绑定当前微信')
    await phone.press('取消')
    expect(await phone.page.getByRole('alert').count()).toBe(0)
    await phone.press('绑定当前微信')
    await provePassword(phone)
    await phone.see('这个账号在这里已绑定了另一个微信。')
    await openForm()
    await phone.press('忘了，用微信证明')
    await type(phone, '新密码', newPassword)
    await phone.press('保存')
    await phone.see('当前微信没有绑定这个账号')
    expect(await whoIs(world, 'elsewhere', password)).not.toBeNull()
  })

  it('asks for patience where too many passwords were tried', async () => {
    await register(world, 'guessed')
    phone = await openWithPassword(world, 'guessed', 'lina', securityPage)
    await phone.see('未绑定')
    await world.restartApi({ LIMIT_PASSWORD_PER_ACCOUNT: '1' })
    await openForm()
    for (const guess of ['first guess', 'second guess']) {
      await type(phone, '当前密码', guess)
      await type(phone, '新密码', newPassword)
      await phone.press('保存')
      if (guess === 'first guess') await phone.see('当前密码不对，请检查后再试。')
    }
    await phone.see('秒后可以再试')
    await world.restartApi()
  })

  it.each([
    ['-1', '暂时联系不上微信，请稍后再试。'],
    ['40163', '这次没有登录成功，请再按一次。'],
    ['hang', '暂时联系不上微信，请稍后再试。'],
  ])('binds nothing while WeChat answers %s, and says so', async (fault, words) => {
    await register(world, `unlucky-${fault}`)
    phone = await openWithPassword(world, `unlucky-${fault}`, 'somebody-new', securityPage)
    await world.setFault(fault)
    await phone.press('绑定当前微信')
    await provePassword(phone)
    await phone.see(words)
    await phone.see('未绑定')
    await world.setFault(null)
  })

  it('says that the server is away, and tries again', async () => {
    await openWithWechat('xiaohong')
    await world.stopApi()
    await phone.page.evaluate('weappPreview.wx.navigateBack()')
    await openOver(phone, securityPage)
    await phone.see('连不上网络或服务器，请检查网络后再试。')
    await world.restartApi()
    await phone.press('重试')
    await phone.see('解绑微信')
  })
})
