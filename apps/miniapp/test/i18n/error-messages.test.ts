import { errorStatus } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import { en } from '../../src/i18n/en.ts'
import { displayName, formatDateTime, levelName } from '../../src/i18n/format-user.ts'
import { errorMessage } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError, SessionError } from '../../src/session/errors.ts'
import { userOf } from '../session/fake-server.ts'

describe.each([
  ['Chinese', zhCn],
  ['English', en],
])('messages in %s', (_name, text) => {
  it('cover every error of the contract', () => {
    const words = { ...text.errors, ...errorMessages[text.language] }
    expect(Object.keys(words)).toEqual(expect.arrayContaining(Object.keys(errorStatus)))
  })

  it("fit WeChat's dialog buttons with four characters", () => {
    const { me, common, update } = text
    const labels = [me.confirmLogout, update].flatMap(({ confirm, cancel }) => [confirm, cancel])
    for (const label of [...labels, common.cancel, common.view])
      expect([...label].length).toBeLessThanOrEqual(4)
  })

  it('never show a code or a status', () => {
    for (const words of Object.values(text.errors)) expect(words).not.toMatch(/_|\b\d{3}\b|undefined|null/)
  })

  it('are never empty', () => {
    const empty: string[] = []
    const visit = (value: unknown, path: string): void => {
      if (typeof value === 'string' && value.trim() === '') empty.push(path)
      if (typeof value === 'object' && value !== null) {
        for (const [key, part] of Object.entries(value)) visit(part, `${path}.${key}`)
      }
    }
    visit(text, 'text')
    expect(empty).toEqual([])
  })

  it('have a fallback for unknown errors', () => {
    for (const error of [new Error('secret detail'), { code: 'toString' }, { code: 7 }, null, 'text']) {
      expect(errorMessage(error, text)).toBe(text.unknownError)
    }
  })
})

describe('format', () => {
  it('errorMessage uses the code', () => {
    expect(errorMessage(new ApiError('account_banned'), zhCn)).toBe(zhCn.errors.account_banned)
    expect(errorMessage(new SessionError('wechat_code_missing'), zhCn)).toBe(zhCn.errors.wechat_code_missing)
  })

  it('errorMessage uses the status for a code that this version does not know', () => {
    const unknown = (status: number) => new ApiError('brand_new' as 'not_found', { status })
    expect(errorMessage(unknown(503), zhCn)).toBe(zhCn.errors.server_unavailable)
    expect(errorMessage(unknown(409), zhCn)).toBe(zhCn.errors.unexpected_response)
  })

  it('displayName is the nickname or ends with the end of the id', () => {
    const id = '0199f3a0-0000-7000-8000-00000000ab3f'
    expect(displayName(userOf(id, { nickname: '阿达' }), zhCn)).toBe('阿达')
    expect(displayName(userOf(id), zhCn)).toBe('微信用户 AB3F')
    expect(displayName(userOf(id, { nickname: '   ' }), zhCn)).toBe('微信用户 AB3F')
  })

  it("levelName is translated, or the server's where there is no translation", () => {
    const vip = userOf('ada', { level: 1, levelDescription: 'VIP 用户' })
    expect(levelName(vip, zhCn)).toBe('VIP 用户')
    expect(levelName(vip, en)).toBe(en.levels[1])
    expect(levelName({ ...vip, level: 7, levelDescription: '等级 7' }, en)).toBe('等级 7')
  })

  it("formatDateTime uses the phone's time zone, and a dash for an invalid date", () => {
    const local = new Date(2026, 0, 2, 3, 4)
    expect(formatDateTime(local.toISOString(), zhCn)).toBe('2026年1月2日 03:04')
    expect(formatDateTime(local.toISOString(), en)).toBe('2 Jan 2026, 03:04')
    expect(formatDateTime('yesterday', zhCn)).toBe('—')
  })
})
