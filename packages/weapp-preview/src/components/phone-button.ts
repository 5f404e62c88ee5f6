import { readSettings } from '../shared/settings.ts'
import { addPhoneNumber, phoneNumbersOf, usePhoneNumber } from '../runtime/phone-numbers.ts'
import { askForPhoneNumber, showNoQuota } from '../sheets/phone-sheet.ts'
import { askWechat, offline } from '../runtime/wechat-client.ts'
import { failureOf } from '../runtime/async-api.ts'
import { WxFailure } from '../runtime/wx-error.ts'
import type { Part } from './component-base.ts'

export type PhoneOpenType = 'getPhoneNumber' | 'getRealtimePhoneNumber'

/**
 * What a press on a phone button leads to: an event in any case, `errMsg` in any detail. Rejects as the event says, too.
 * https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/getPhoneNumber.html
 */
export async function pressPhoneButton(part: Part, openType: PhoneOpenType): Promise<void> {
  const emit = (detail: object) => part.emit(openType.toLowerCase(), detail)
  try {
    const detail = await handOver(part, openType)
    emit({ errMsg: `${openType}:ok`, ...detail })
  } catch (error) {
    emit(refusedDetail(openType, error))
    throw error
  }
}

async function handOver(part: Part, openType: PhoneOpenType): Promise<object> {
  const { overlay, appId, appName, privacy } = part.surroundings
  await privacy.require(`button.${openType}`)
  const { person, network } = readSettings()
  if (network === 'none') throw offline()
  await failAsTold(part)

  const numbers = await phoneNumbersOf(person)
  const number = await askForPhoneNumber(overlay, {
    appName,
    numbers,
    add: (added) => addPhoneNumber(person, [...numbers, added]),
  })
  if (!number) throw new PhoneRefusal()
  if (number !== numbers[0]) await usePhoneNumber(person, number)
  const { code } = await askWechat('POST', 'phone-code', { appId, person })
  return openType === 'getPhoneNumber' ? { ...(await encrypted(appId, person)), code } : { code }
}

/** Needs a session_key: without one the old way is closed, and the code is all. */
const encrypted = (appId: string, person: string): Promise<object> =>
  askWechat('POST', 'encrypted-phone', { appId, person }).catch(() => ({}))

/** The person pressed "refuse"; each system words it in its own way. */
class PhoneRefusal extends WxFailure {
  constructor() {
    super('user deny', 103)
  }
}

const refusals = {
  ios: (name: string) => `${name}:fail user deny`,
  android: (name: string) => `${name}:fail:user deny`,
  old: (name: string) => `${name}:user deny`,
}

function refusedDetail(openType: PhoneOpenType, error: unknown): object {
  const detail = failureOf(openType, error)
  if (!(error instanceof PhoneRefusal)) return detail
  return { ...detail, errMsg: refusals[readSettings().refusal](openType) }
}

/** Texts beside the errno as developers have reported them; those of 1400001 and 1421102 are ours. */
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
  throw new WxFailure(message, Number(phoneNumber))
}
