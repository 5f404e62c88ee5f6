import { toFailResult } from '../runtime/async-api.ts'
import { fetchUser } from '../runtime/wechat-client.ts'
import { WxError } from '../runtime/wx-error.ts'
import { readSettings } from '../shared/settings.ts'
import { askForAvatar } from '../sheets/avatar-sheet.ts'
import { showCustomerService } from '../sheets/contact-sheet.ts'
import type { Part } from './component-base.ts'
import { pressPhoneButton } from './phone-button.ts'

/** What a tap also does, by `open-type`. Rejects with a `WxError` where the log says `fail`. */
const actions: Readonly<Record<string, (part: Part) => Promise<void>>> = {
  agreePrivacyAuthorization: async (part) => {
    part.surroundings.privacy.agree(part.host.id)
    part.emit('agreeprivacyauthorization')
  },
  chooseAvatar,
  contact: (part) => showCustomerService(part.surroundings.overlay),
  getPhoneNumber: (part) => pressPhoneButton(part, 'getPhoneNumber'),
  getRealtimePhoneNumber: (part) => pressPhoneButton(part, 'getRealtimePhoneNumber'),
}

export const imitatedOpenTypes: readonly string[] = Object.keys(actions)

/** Does what `open-type` names. Of `getPhoneNumber|agreePrivacyAuthorization` the agreement comes first. */
export function useOpenType(part: Part): void {
  const { log } = part.surroundings
  const names = (part.read<string | undefined>('openType') ?? '').split('|').filter(Boolean)
  const [agreements, others] = [names.filter(isAgreement), names.filter((name) => !isAgreement(name))]
  for (const name of [...agreements, ...others]) {
    const action = actions[name]
    if (action) void run(part, name, action)
    else log.error(`<button open-type="${name}"> 未模拟 · is not imitated`)
  }
}

const isAgreement = (name: string): boolean => name === 'agreePrivacyAuthorization'

async function run(part: Part, name: string, action: (part: Part) => Promise<void>): Promise<void> {
  const finish = part.surroundings.log.start('wx', `button.${name}`)
  try {
    await action(part)
    finish(true, 'ok')
  } catch (error) {
    finish(false, toFailResult(name, error).errMsg.slice(name.length + 1))
  }
}

/** Sends an event only for an image: not when the user cancels, nor when WeChat rejects it. */
async function chooseAvatar(part: Part): Promise<void> {
  const { overlay, files, privacy } = part.surroundings
  await privacy.require('button.chooseAvatar')
  const { name } = await fetchUser(readSettings().user)
  const picture = await askForAvatar(overlay, name)
  if (!picture) throw new WxError('cancel')
  if (readSettings().review === 'reject') throw new WxError('the picture was rejected')
  part.emit('chooseavatar', { avatarUrl: files.add(picture) })
}
