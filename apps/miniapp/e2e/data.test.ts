import type { AccountExport } from '@repo/shared'
import { lacksChromium } from '@repo/tooling/chromium'
import { describe, expect, it } from 'vitest'
import { openWithPassword, provePassword, register } from './accounts.ts'
import { logInWithWechat, type Phone, type PhoneOptions, tapCheckbox } from './phone.ts'
import { zh } from './strings.ts'
import { useE2eEnvironment } from './use-e2e-environment.ts'

type FileSystem = { readFileSync(path: string, encoding: 'utf8'): string }
type Wx = { env: { USER_DATA_PATH: string }; getFileSystemManager(): FileSystem }

describe.skipIf(lacksChromium())('DataPage', () => {
  const environment = useE2eEnvironment()
  let phone: Phone

  async function open(options: PhoneOptions): Promise<void> {
    phone = await environment.openPhone(options)
    await logInWithWechat(phone)
    await phone.see('普通用户')
    await phone.tap(zh.me.data)
    await phone.see(zh.data.exportTitle)
  }

  /** What the mini program has written, as another one could read it. */
  const readFile = () =>
    phone.page.evaluate(() => {
      const { env, getFileSystemManager } = (window as unknown as { weappPreview: { wx: Wx } }).weappPreview
        .wx
      return getFileSystemManager().readFileSync(`${env.USER_DATA_PATH}/account.json`, 'utf8')
    })

  describe('export', () => {
    it('writes all data to a file, sends it to a chat, and deletes it when the page closes', async () => {
      await open({ user: 'xiaohong' })
      const { user } = await environment.logInElsewhere('xiaohong')
      await phone.tap(zh.data.export)
      await phone.see(zh.data.exportedAt)
      const account = JSON.parse(await readFile()) as AccountExport
      expect(account.user.id).toBe(user.id)
      expect(account.sessions.length).toBeGreaterThanOrEqual(2)
      expect(account.wechatIdentities).toHaveLength(1)
      expect(account.auditEvents.map(({ type }) => type)).toContain('login')
      await phone.see(zh.data.count(account.sessions.length))

      await phone.tap(zh.data.send)
      await phone.see(zh.data.fileName)
      await phone.tap(zh.common.cancel)
      expect(await phone.page.getByRole('alert').count()).toBe(0)
      await phone.tap(zh.data.send)
      await phone.tap('文件传输助手')
      await phone.see(zh.data.sent)

      await phone.page.evaluate('weappPreview.wx.navigateBack()')
      await expect.poll(() => readFile().catch((error: Error) => error.message)).toContain('no such file')
    })

    it('copies only after the user accepts the privacy guide', async () => {
      await open({ user: 'zhangwei', privacy: 'declared' })
      await phone.tap(zh.data.export)
      await phone.tap(zh.data.copy)
      await phone.tap(zh.privacyPopup.disagree)
      await phone.see(zh.clipboard.denied)
      await phone.tap(zh.data.copy)
      await phone.tap(zh.privacyPopup.agree)
      await phone.see('内容已复制')
    })

    it('shows a message when the privacy guide does not declare the clipboard', async () => {
      await open({ user: 'zhangwei', privacy: 'undeclared' })
      await phone.tap(zh.data.export)
      await phone.tap(zh.data.copy)
      await phone.see(zh.clipboard.undeclared)
    })
  })

  describe('account deletion', () => {
    const deleteAccount = () =>
      phone.page.getByRole('button', { name: zh.data.deleteAccount, exact: true }).locator('visible=true')
    const confirmation = () =>
      phone.page.getByRole('dialog').getByRole('button', { name: zh.data.deleteConfirm })
    const confirm = () => confirmation().click()

    it('needs the checkbox and the confirm dialog, and can be cancelled', async () => {
      await open({ user: 'chenjing', theme: 'light' })
      const { user } = await environment.logInElsewhere('chenjing')
      await deleteAccount().click({ force: true })
      expect(await phone.page.getByRole('dialog').count()).toBe(0)
      await tapCheckbox(phone)
      await deleteAccount().click()
      await phone.see(zh.data.deleteQuestion)
      const color = await confirmation().evaluate((button) => getComputedStyle(button).color)
      expect(color).toBe('rgb(179, 38, 30)')
      await phone.tap(zh.common.cancel)
      expect(phone.requests).not.toContain('POST /v1/me/delete')
      expect((await environment.logInElsewhere('chenjing')).user.id).toBe(user.id)
    })

    it.each([
      ['-1', zh.data.deleteErrors.wechat_busy ?? ''],
      ['40029', zh.data.deleteErrors.code_invalid ?? ''],
      ['40226', zh.data.deleteErrors.wechat_login_blocked ?? ''],
      ['hang', zh.data.deleteErrors.wechat_unavailable ?? ''],
    ])('deletes nothing when WeChat answers %s', async (fault, words) => {
      await open({ user: 'chenjing' })
      const { user } = await environment.logInElsewhere('chenjing')
      await tapCheckbox(phone)
      await environment.setFault(fault)
      await deleteAccount().click()
      await confirm()
      await phone.see(words)
      await environment.setFault(null)
      expect((await environment.logInElsewhere('chenjing')).user.id).toBe(user.id)
    })

    it('logs the user out, and their next login creates a new account', async () => {
      await open({ user: 'chenjing' })
      const before = await environment.logInElsewhere('chenjing')
      await tapCheckbox(phone)
      await deleteAccount().click()
      await confirm()
      await phone.see(zh.data.deletedTitle)
      await phone.tap(zh.data.deletedDismiss)
      await phone.see(zh.me.guestName)
      expect(await phone.routes()).toEqual(['pages/me/index'])
      await phone.reopen()
      await phone.tap(zh.me.title)
      await phone.see(zh.me.guestName)
      const after = await environment.logInElsewhere('chenjing')
      expect(after.isNewUser).toBe(true)
      expect(after.user.id).not.toBe(before.user.id)
    })
  })

  describe('account deletion without WeChat', () => {
    it('needs the right password', async () => {
      await register(environment, 'leaver')
      phone = await openWithPassword(environment, 'leaver', 'xiaoming', 'account/data/index')
      await tapCheckbox(phone)
      const deleteAccount = phone.page
        .getByRole('button', { name: zh.data.deleteAccount, exact: true })
        .locator('visible=true')
      const confirm = () =>
        phone.page.getByRole('dialog').getByRole('button', { name: zh.data.deleteConfirm }).click()
      await deleteAccount.click()
      await confirm()
      await provePassword(phone, 'wrong horse battery')
      await phone.see(zh.passwordSheet.wrong)
      await provePassword(phone)
      await phone.see(zh.data.deletedTitle)
    })
  })
})
