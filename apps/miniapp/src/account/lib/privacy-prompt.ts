import { createObservable, type Observable } from '../../lib/observable.ts'

type Decision = { event: 'exposureAuthorization' | 'disagree' } | { event: 'agree'; buttonId: string }
type Resolve = (decision: Decision) => void
type Listener = (resolve: Resolve, info?: { referrer?: unknown }) => void

/** WeChat's prompt to accept the privacy guidelines, before a function that needs them. */
export type PrivacyPrompt = {
  /** What needs the consent, in WeChat's words, such as `button.getPhoneNumber`; `null` while none does. */
  referrers: Observable<readonly string[] | null>
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
export function createPrivacyPrompt(listen: ((listener: Listener) => void) | undefined): PrivacyPrompt {
  const referrers = createObservable<readonly string[] | null>(null)
  let waiting: Resolve[] = []

  function decide(decision: Decision): void {
    const decided = waiting
    waiting = []
    referrers.set(null)
    for (const resolve of decided) resolve(decision)
  }

  try {
    listen?.((resolve, info) => {
      waiting.push(resolve)
      referrers.set([...(referrers.get() ?? []), String(info?.referrer)])
    })
  } catch {
    // This WeChat has no privacy prompt.
  }

  return {
    referrers,
    shown() {
      for (const resolve of waiting) resolve({ event: 'exposureAuthorization' })
    },
    agree: (buttonId) => decide({ event: 'agree', buttonId }),
    disagree: () => decide({ event: 'disagree' }),
  }
}
