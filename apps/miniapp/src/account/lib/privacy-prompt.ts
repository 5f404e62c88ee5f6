import { createObservable, type Observable } from '../../lib/observable.ts'

type Decision = { event: 'exposureAuthorization' | 'disagree' } | { event: 'agree'; buttonId: string }
type Resolve = (decision: Decision) => void

/** WeChat's prompt to accept the privacy guide, before a function that needs it. */
export type PrivacyPrompt = {
  isOpen: Observable<boolean>
  /** Tells WeChat that the prompt is visible. */
  shown(): void
  /** WeChat checks that the user tapped the button with this id. */
  agree(buttonId: string): void
  disagree(): void
}

/**
 * Collects WeChat's calls, since several buttons and functions may prompt at once but WeChat allows one listener.
 * `listen` is `wx.onNeedPrivacyAuthorization`, which exists from base library 2.32.3.
 */
export function createPrivacyPrompt(
  listen: ((listener: (resolve: Resolve) => void) => void) | undefined,
): PrivacyPrompt {
  const isOpen = createObservable(false)
  let waiting: Resolve[] = []

  function decide(decision: Decision): void {
    const decided = waiting
    waiting = []
    isOpen.set(false)
    for (const resolve of decided) resolve(decision)
  }

  try {
    listen?.((resolve) => {
      waiting.push(resolve)
      isOpen.set(true)
    })
  } catch {
    // This WeChat has no privacy prompt.
  }

  return {
    isOpen,
    shown() {
      for (const resolve of waiting) resolve({ event: 'exposureAuthorization' })
    },
    agree: (buttonId) => decide({ event: 'agree', buttonId }),
    disagree: () => decide({ event: 'disagree' }),
  }
}
