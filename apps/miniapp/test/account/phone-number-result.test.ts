import { describe, expect, it } from 'vitest'
import { toPhoneNumberResult } from '../../src/account/lib/phone-number-result.ts'

const problem = (code: string) => ({ kind: 'error', error: { code } })

describe('toPhoneNumberResult', () => {
  it('returns the code, whatever else the detail contains', () => {
    const detail = { errMsg: 'getPhoneNumber:ok', code: 'c', encryptedData: 'e', iv: 'i', cloudID: 'd' }
    expect(toPhoneNumberResult(detail)).toEqual({ kind: 'code', code: 'c' })
    expect(toPhoneNumberResult({ code: 'c' })).toEqual({ kind: 'code', code: 'c' })
  })

  it.each([
    'getPhoneNumber:fail user deny',
    'getPhoneNumber:fail:user deny',
    'getPhoneNumber:user deny',
    'getRealtimePhoneNumber:fail user deny',
    'getPhoneNumber:fail cancel',
  ])('treats %s as a denial', (errMsg) => {
    expect(toPhoneNumberResult({ errMsg })).toEqual({ kind: 'denied' })
    expect(toPhoneNumberResult({ errMsg, errno: 103 })).toEqual({ kind: 'denied' })
  })

  it.each([
    [{ errMsg: 'getPhoneNumber:fail no permission' }, 'phone_not_permitted'],
    [
      { errMsg: 'getPhoneNumber:fail operateWXData:fail jsapi has no permission', errno: 102 },
      'phone_not_permitted',
    ],
    [{ errMsg: 'getPhoneNumber:fail appid privacy api banned' }, 'phone_not_permitted'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 102 }, 'phone_not_permitted'],
    [
      { errMsg: 'getPhoneNumber:fail api scope is not declared in the privacy agreement' },
      'privacy_undeclared',
    ],
    [{ errMsg: 'getPhoneNumber:fail', errno: 112 }, 'privacy_undeclared'],
    [{ errMsg: 'getPhoneNumber:fail privacy permission is not authorized' }, 'privacy_denied'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 104 }, 'privacy_denied'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 1400001 }, 'phone_quota_exhausted'],
    [{ errMsg: 'getPhoneNumber:fail', errno: 1421102 }, 'phone_blocked'],
    [{ errMsg: 'getPhoneNumber:fail cgi failed for network issues', errno: 108 }, 'wechat_login_offline'],
    [{ errMsg: 'getPhoneNumber:fail network error' }, 'wechat_login_offline'],
    [{ errMsg: 'getPhoneNumber:ok', encryptedData: 'e', iv: 'i' }, 'phone_code_missing'],
    [{ errMsg: 'getPhoneNumber:ok', code: '' }, 'phone_code_missing'],
    [{ errMsg: 'getPhoneNumber:ok', code: 7 }, 'phone_code_missing'],
    [{ errMsg: 'getPhoneNumber:fail system error', errno: 4 }, 'phone_failed'],
    [{}, 'phone_failed'],
    [undefined, 'phone_failed'],
  ])('maps %o to %s', (detail, code) => {
    expect(toPhoneNumberResult(detail)).toEqual(problem(code))
  })
})
