import type { Consent, RequiredConsent } from '@repo/shared'
import { requiredConsentOf } from './errors.ts'
import { singleFlight } from './single-flight.ts'
import type { SessionStore } from './store.ts'

/** Asks the user to agree to newer documents. Resolves with what the user agreed to; `null`: not now. */
export type OnConsentOutdated = (required: RequiredConsent) => Promise<Consent | null>

/** Asks once for several callers, and never by itself: the user stays logged in and can read on. */
export type ConsentRenewal = {
  /** Asks if the API requires newer documents. Resolves with whether the session can go on. */
  ask(): Promise<boolean>
  /** How often the user has declined. */
  declines(): number
  /** What the user agreed to, until the API has stored it. */
  newConsent(): Consent | null
  /** Another user logs in, or this one out. */
  reset(): void
}

export function createConsentRenewal({
  store,
  onConsentOutdated,
  refresh,
}: {
  store: SessionStore
  onConsentOutdated: OnConsentOutdated
  /** Sends `newConsent()` with a refresh that starts now. */
  refresh: () => Promise<unknown>
}): ConsentRenewal {
  let newConsent: Consent | null = null
  let declines = 0

  const asking = singleFlight(async () => {
    const generation = store.generation()
    const required = store.requiredConsent()
    if (!required) return true
    const consent = await onConsentOutdated(required).catch(() => null)
    if (!consent) {
      declines += 1
      return false
    }
    if (store.generation() !== generation) return false
    newConsent = consent
    try {
      await refresh()
    } catch (error) {
      // After any other error the next refresh sends the consent, and reports the error.
      if (requiredConsentOf(error)) newConsent = null
    }
    return newConsent !== null && store.generation() === generation
  })

  return {
    ask: () => (store.requiredConsent() ? asking.run() : Promise.resolve(true)),
    declines: () => declines,
    newConsent: () => (store.requiredConsent() ? newConsent : null),
    reset() {
      newConsent = null
    },
  }
}
