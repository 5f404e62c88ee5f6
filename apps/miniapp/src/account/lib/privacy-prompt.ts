import { createVariable, type Observable } from '../../lib/observable.ts'

/** What WeChat is told about the person's answer. */
type Answer = { event: 'exposureAuthorization' | 'disagree' } | { event: 'agree'; buttonId: string }
type Resolve = (answer: Answer) => void

/** WeChat's question whether this mini program may use what its privacy guide names, and how it is answered. */
export type PrivacyQuestion = {
  /** Whether WeChat waits for an answer. */
  isOpen: Observable<boolean>
  /** The question is in view. */
  shown(): void
  /** The person pressed the button with this id, which WeChat checks. */
  agree(buttonId: string): void
  disagree(): void
}

/**
 * Hears WeChat's one question for all that waits for it: several buttons and functions may ask at the same time, and
 * WeChat has room for one listener. `listen` is `wx.onNeedPrivacyAuthorization`; phones older than base library 2.32.3
 * have none and ask nothing.
 */
export function createPrivacyQuestion(
  listen: ((listener: (resolve: Resolve) => void) => void) | undefined,
): PrivacyQuestion {
  const isOpen = createVariable(false)
  let waiting: Resolve[] = []

  function answer(answer: Answer): void {
    const answered = waiting
    waiting = []
    isOpen.set(false)
    for (const resolve of answered) resolve(answer)
  }

  try {
    listen?.((resolve) => {
      waiting.push(resolve)
      isOpen.set(true)
    })
  } catch {
    // This WeChat asks nothing.
  }

  return {
    isOpen,
    shown() {
      for (const resolve of waiting) resolve({ event: 'exposureAuthorization' })
    },
    agree: (buttonId) => answer({ event: 'agree', buttonId }),
    disagree: () => answer({ event: 'disagree' }),
  }
}
