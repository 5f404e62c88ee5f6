import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { agreeAndPress, type Phone, pressLogin, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

const path = 'account/activity/index'

describe.skipIf(lacksChromium())('the page of the account activity', () => {
  const world = useSurroundings()
  let phone: Phone

  it('lets a guest read what it is for, log in, and then see the login', async () => {
    phone = await world.openPhone({ person: 'xiaohong', path })
    await phone.see('登录后，可以查看账号最近的登录和变更')
    await phone.press('去登录')
    await phone.press('暂不登录')
    await expect.poll(() => phone.page.getByRole('checkbox').count()).toBe(0)
    await phone.press('去登录')
    await agreeAndPress(phone)
    await phone.see('登录成功')
    await phone.see('127.0.*.*')
  })

  it('is in English for who speaks it, and fits the smallest phone in the largest text', async () => {
    const options = { person: 'xiaohong', language: 'en', textSize: 'largest', path } as const
    phone = await world.openPhone(options, { width: 320, height: 568 })
    await phone.see('Log in to see recent logins and changes')
    await phone.press('Log in')
    await tick(phone)
    await phone.press('Log in with WeChat')
    await phone.see('Logged in')
    await phone.see('Activity')
  })

  it('says what is wrong while the server is away, and goes on when it is back', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await world.stopApi()
    await phone.press('账号动态')
    await phone.see('连不上网络或服务器，请检查网络后再试。')
    await world.restartApi()
    await phone.press('重试')
    await phone.see('登录成功')
  })

  it('says that there is no network', async () => {
    phone = await world.openPhone({ person: 'xiaohong' })
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.reopen({ network: 'none', path })
    await phone.see('当前没有网络，内容可能不全或不是最新的')
    await phone.see('连上网络后，这里会自动显示。')
  })
})
