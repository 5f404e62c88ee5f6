import { toFailResult } from '../runtime/async-api.ts'
import { addPhoneNumber, phoneNumbersOf, usePhoneNumber } from '../runtime/phone-numbers.ts'
import { callWechat, offline } from '../runtime/wechat-client.ts'
import { WxError } from '../runtime/wx-error.ts'
import { readSettings } from '../shared/settings.ts'
import { askForPhoneNumber, showNoQuota } from '../sheets/phone-sheet.ts'
import type { Part } from './component-base.ts'

export type PhoneOpenType = 'getPhoneNumber' | 'getRealtimePhoneNumber'

/**
 * A tap on a phone number button: always an event, always with `errMsg`. Rejects with the event's error.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/getPhoneNumber.html
 */
export async function pressPhoneButton(part: Part, openType: PhoneOpenType): Promise<void> {
  const emit = (detail: object) => part.emit(openType.toLowerCase(), detail)
  try {
    const detail = await handOver(part, openType)
    emit({ errMsg: `${openType}:ok`, ...detail })
  } catch (error) {
    emit(deniedDetail(openType, error))
    throw error
  }
}

async function handOver(part: Part, openType: PhoneOpenType): Promise<object> {
  const { overlay, appId, appName, privacy } = part.surroundings
  await privacy.require(`button.${openType}`)
  const { user, network } = readSettings()
  if (network === 'none') throw offline()
  await failAsTold(part)

  const numbers = await phoneNumbersOf(user)
  const number = await askForPhoneNumber(overlay, {
    appName,
    numbers,
    add: (added) => addPhoneNumber(user, [...numbers, added]),
  })
  if (!number) throw new PhoneDenied()
  if (number !== numbers[0]) await usePhoneNumber(user, number)
  const { code } = await callWechat('POST', 'phone-code', { appId, user })
  return openType === 'getPhoneNumber' ? { ...(await encrypted(appId, user)), code } : { code }
}

/** Needs a session_key; without one there is only the code. */
const encrypted = (appId: string, user: string): Promise<object> =>
  callWechat('POST', 'encrypted-phone', { appId, user }).catch(() => ({}))

/** The user tapped 拒绝; each system has its own text for that. */
class PhoneDenied extends WxError {
  constructor() {
    super('user deny', 103)
  }
}

const denials = {
  ios: (name: string) => `${name}:fail user deny`,
  android: (name: string) => `${name}:fail:user deny`,
  old: (name: string) => `${name}:user deny`,
}

function deniedDetail(openType: PhoneOpenType, error: unknown): object {
  const detail = toFailResult(openType, error)
  if (!(error instanceof PhoneDenied)) return detail
  return { ...detail, errMsg: denials[readSettings().denial](openType) }
}

/** Texts as developers have reported them; those of 1400001 and 1421102 are invented. */
const failures: Record<string, string> = {
  '102': 'jsapi has no permission',
  '104': 'privacy permission is not authorized',
  '112': 'api scope is not declared in the privacy agreement',
  '1400001': 'no quota',
  '1421102': 'user is blocked',
}

async function failAsTold({ read, surroundings }: Part): Promise<void> {
  const { phoneNumber } = readSettings()
  const message = failures[phoneNumber]
  if (message === undefined) return
  if (phoneNumber === '1400001' && read<boolean>('phoneNumberNoQuotaToast')) {
    await showNoQuota(surroundings.overlay, surroundings.appName)
  }
  throw new WxError(message, Number(phoneNumber))
}
