import type { AccountExport } from '@repo/shared'
import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { openWithPassword, provePassword, register } from './accounts.ts'
import { type Phone, type PhoneOptions, pressLogin, tick } from './phone.ts'
import { useSurroundings } from './use-surroundings.ts'

type FileSystem = { readFileSync(path: string, encoding: 'utf8'): string }
type Wx = { env: { USER_DATA_PATH: string }; getFileSystemManager(): FileSystem }

describe.skipIf(lacksChromium())('the page of my data, and leaving', () => {
  const world = useSurroundings()
  let phone: Phone

  async function open(options: PhoneOptions): Promise<void> {
    phone = await world.openPhone(options)
    await pressLogin(phone)
    await phone.see('普通用户')
    await phone.press('数据与注销')
    await phone.see('导出我的数据')
  }

  /** What the mini program has written, as another one could read it. */
  const readFile = () =>
    phone.page.evaluate(() => {
      const { env, getFileSystemManager } = (window as unknown as { weappPreview: { wx: Wx } }).weappPreview
        .wx
      return getFileSystemManager().readFileSync(`${env.USER_DATA_PATH}/account.json`, 'utf8')
    })

  describe('the export', () => {
    it('is a file with all that is known, sent to a chat, and gone with the page', async () => {
      await open({ person: 'xiaohong' })
      const { user } = await world.logInElsewhere('xiaohong')
      await phone.press('导出')
      await phone.see('整理于')
      const account = JSON.parse(await readFile()) as AccountExport
      expect(account.user.id).toBe(user.id)
      expect(account.sessions.length).toBeGreaterThanOrEqual(2)
      expect(account.wechatIdentities).toHaveLength(1)
      expect(account.auditEvents.map(({ type }) => type)).toContain('login')
      await phone.see(`${account.sessions.length} 条`)

      await phone.press('发送到聊天')
      await phone.see('我的账号数据.json')
      await phone.press('取消')
      expect(await phone.page.getByRole('alert').count()).toBe(0)
      await phone.press('发送到聊天')
      await phone.press('文件传输助手')
      await phone.see('已发送')

      await phone.page.evaluate('weappPreview.wx.navigateBack()')
      await expect.poll(() => readFile().catch((error: Error) => error.message)).toContain('no such file')
    })

    it('is copied only after the privacy guide was agreed to, and a refusal has words', async () => {
      await open({ person: 'zhangwei', privacy: 'declared' })
      await phone.press('导出')
      await phone.press('复制全文')
      await phone.press('不同意')
      await phone.see('你没有同意隐私保护指引，所以没有复制。')
      await phone.press('复制全文')
      await phone.press('同意')
      await phone.see('内容已复制')
    })

    it('has words for a mini program whose owner has not declared the clipboard', async () => {
      await open({ person: 'zhangwei', privacy: 'undeclared' })
      await phone.press('导出')
      await phone.press('复制全文')
      await phone.see('这个小程序还不能使用剪贴板。')
    })
  })

  describe('deleting the account', () => {
    const deleteAccount = () => phone.page.getByRole('button', { name: '注销账号' }).locator('visible=true')
    const confirmation = () => phone.page.getByRole('dialog').getByRole('button', { name: '注销' })
    const confirm = () => confirmation().click()

    it('needs the tick and the answer, and can be thought better of at each', async () => {
      await open({ person: 'chenjing', theme: 'light' })
      const { user } = await world.logInElsewhere('chenjing')
      await deleteAccount().click({ force: true })
      expect(await phone.page.getByRole('dialog').count()).toBe(0)
      await tick(phone)
      await deleteAccount().click()
      await phone.see('你的资料和绑定会立即删除，无法找回。')
      const color = await confirmation().evaluate((button) => getComputedStyle(button).color)
      expect(color).toBe('rgb(179, 38, 30)')
      await phone.press('取消')
      expect(phone.requests).not.toContain('POST /v1/me/delete')
      expect((await world.logInElsewhere('chenjing')).user.id).toBe(user.id)
    })

    it.each([
      ['-1', '账号没有注销：微信现在有些忙'],
      ['40029', '账号没有注销：微信的确认已失效'],
      ['40226', '账号没有注销：微信判定当前的微信存在风险'],
      ['hang', '账号没有注销：服务器暂时联系不上微信'],
    ])('says that nothing was deleted when WeChat does not vouch: %s', async (fault, words) => {
      await open({ person: 'chenjing' })
      const { user } = await world.logInElsewhere('chenjing')
      await tick(phone)
      await world.setFault(fault)
      await deleteAccount().click()
      await confirm()
      await phone.see(words)
      await world.setFault(null)
      expect((await world.logInElsewhere('chenjing')).user.id).toBe(user.id)
    })

    it('makes a guest of the person, who is somebody new at the next login', async () => {
      await open({ person: 'chenjing' })
      const before = await world.logInElsewhere('chenjing')
      await tick(phone)
      await deleteAccount().click()
      await confirm()
      await phone.see('账号已注销')
      await phone.press('知道了')
      await phone.see('尚未登录')
      expect(await phone.routes()).toEqual(['pages/me/index'])
      await phone.reopen()
      await phone.press('我的')
      await phone.see('尚未登录')
      const after = await world.logInElsewhere('chenjing')
      expect(after.isNewUser).toBe(true)
      expect(after.user.id).not.toBe(before.user.id)
    })
  })

  describe('an account without this WeChat', () => {
    it('is deleted by its password, once that is right', async () => {
      await register(world, 'leaver')
      phone = await openWithPassword(world, 'leaver', 'xiaoming', 'account/leave/index')
      await tick(phone)
      const deleteAccount = phone.page.getByRole('button', { name: '注销账号' }).locator('visible=true')
      const confirm = () => phone.page.getByRole('dialog').getByRole('button', { name: '注销' }).click()
      await deleteAccount.click()
      await confirm()
      await provePassword(phone, 'wrong horse battery')
      await phone.see('密码错误，请重新输入')
      await provePassword(phone)
      await phone.see('账号已注销')
    })
  })
})
