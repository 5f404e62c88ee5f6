import { describe, expect, it, vi } from 'vitest'
import { createPrivacyPrompt } from '../../src/account/lib/privacy-prompt.ts'

function questioned() {
  let ask: (resolve: (answer: object) => void) => void = () => {}
  const question = createPrivacyPrompt((listener) => {
    ask = listener as typeof ask
  })
  const pending = () => {
    const resolve = vi.fn()
    ask(resolve)
    return resolve
  }
  return { question, pending }
}

describe('createPrivacyPrompt', () => {
  it('is closed until WeChat calls', () => {
    const { question, pending } = questioned()
    expect(question.isOpen.get()).toBe(false)
    pending()
    expect(question.isOpen.get()).toBe(true)
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
    expect(question.isOpen.get()).toBe(false)
  })

  it('opens again after it was declined', () => {
    const { question, pending } = questioned()
    const first = pending()
    question.disagree()
    expect(first).toHaveBeenCalledWith({ event: 'disagree' })
    const second = pending()
    expect(question.isOpen.get()).toBe(true)
    question.agree('the-button')
    expect(first).toHaveBeenCalledTimes(1)
    expect(second).toHaveBeenCalledTimes(1)
  })

  it('stays closed where WeChat has no prompt', () => {
    expect(createPrivacyPrompt(undefined).isOpen.get()).toBe(false)
  })
})
