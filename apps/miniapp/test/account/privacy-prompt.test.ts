import { describe, expect, it, vi } from 'vitest'
import { createPrivacyPrompt } from '../../src/account/lib/privacy-prompt.ts'
import { privacyUse } from '../../src/account/lib/privacy-use.ts'

function questioned() {
  let ask: (resolve: (answer: object) => void, info: { referrer: string }) => void = () => {}
  const question = createPrivacyPrompt((listener) => {
    ask = listener as typeof ask
  })
  const pending = (referrer = 'setClipboardData') => {
    const resolve = vi.fn()
    ask(resolve, { referrer })
    return resolve
  }
  return { question, pending }
}

describe('createPrivacyPrompt', () => {
  it('is closed until WeChat calls', () => {
    const { question, pending } = questioned()
    expect(question.referrers.get()).toBeNull()
    pending()
    expect(question.referrers.get()).toEqual(['setClipboardData'])
  })

  it('answers all waiting calls once', () => {
    const { question, pending } = questioned()
    const [first, second] = [pending(), pending()]
    question.shown()
    question.agree('the-button')
    for (const resolve of [first, second])
      expect(resolve.mock.calls).toEqual([
        [{ event: 'exposureAuthorization' }],
        [{ event: 'agree', buttonId: 'the-button' }],
      ])
    expect(question.referrers.get()).toBeNull()
  })

  it('opens again after it was declined', () => {
    const { question, pending } = questioned()
    const first = pending()
    question.disagree()
    expect(first).toHaveBeenCalledWith({ event: 'disagree' })
    const second = pending()
    expect(question.referrers.get()).toEqual(['setClipboardData'])
    question.agree('the-button')
    expect(first).toHaveBeenCalledTimes(1)
    expect(second).toHaveBeenCalledTimes(1)
  })

  it('stays closed where WeChat has no prompt', () => {
    expect(createPrivacyPrompt(undefined).referrers.get()).toBeNull()
  })

  it('tells what every waiting call needs', () => {
    const { question, pending } = questioned()
    pending('button.getPhoneNumber')
    pending('setClipboardData')
    expect(question.referrers.get()).toEqual(['button.getPhoneNumber', 'setClipboardData'])
  })
})

describe('privacyUse', () => {
  it.each([
    [['button.chooseAvatar'], 'avatar'],
    [['chooseAvatar'], 'avatar'],
    [['input.nickname'], 'nickname'],
    [['button.getPhoneNumber'], 'phone'],
    [['button.getRealtimePhoneNumber'], 'phone'],
    [['setClipboardData'], 'clipboard'],
    [['button.chooseAvatar', 'chooseAvatar'], 'avatar'],
    [['requirePrivacyAuthorize'], null],
    [['toString'], null],
    [['setClipboardData', 'button.getPhoneNumber'], null],
    [['button.getPhoneNumber', 'requirePrivacyAuthorize'], null],
    [[], null],
  ])('for %j is %s', (referrers, use) => {
    expect(privacyUse(referrers)).toBe(use)
  })
})
