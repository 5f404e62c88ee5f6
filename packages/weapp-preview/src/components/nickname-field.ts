import { fetchUser } from '../runtime/wechat-client.ts'
import { readSettings } from '../shared/settings.ts'
import { openNicknameBar } from '../sheets/nickname-bar.ts'
import type { Part } from './component-base.ts'

/** The default keywords of the simulator's `msg_sec_check`. */
const riskyWords = ['违规', 'risky']

/** How long WeChat's review takes; the mini program does not wait for it. */
const reviewMs = 150

/**
 * `<input type="nickname">`: the keyboard offers the WeChat nickname, and the text is reviewed on blur.
 * Without privacy consent it is an ordinary input.
 */
export function serveNickname(part: Part, field: HTMLInputElement): void {
  const isServed = () =>
    part.read<string>('type') === 'nickname' && part.surroundings.privacy.state() === 'agreed'
  let closeBar: (() => void) | undefined

  field.addEventListener('focus', () => void offer())
  field.addEventListener('blur', () => {
    closeBar?.()
    closeBar = undefined
    if (isServed() && field.value !== '') setTimeout(() => review(part, field, field.value), reviewMs)
  })

  async function offer(): Promise<void> {
    if (!isServed()) return
    const user = await fetchUser(readSettings().user).catch(() => undefined)
    if (!user || document.activeElement !== field || closeBar) return
    closeBar = openNicknameBar(part.surroundings.overlay, user.name, () => {
      field.value = user.name
      field.dispatchEvent(new Event('input', { bubbles: true }))
    })
  }
}

/** `value`: the text at the blur. */
function review(part: Part, field: HTMLInputElement, value: string): void {
  const { review, network } = readSettings()
  const timeout = review === 'timeout' || network === 'none'
  const pass =
    !timeout && review !== 'reject' && !riskyWords.some((word) => value.toLowerCase().includes(word))
  if (!pass && !timeout && field.value === value) part.write({ value: '' })
  part.surroundings.log.start('wx', 'input.nicknamereview')(
    pass,
    timeout ? 'timeout' : pass ? 'pass' : 'rejected',
  )
  part.emit('nicknamereview', { pass, timeout })
}
