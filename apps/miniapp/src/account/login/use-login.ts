import type { Conflict, SharedAccount, SharedAccountChoice, User } from '@repo/shared'
import { useEffect, useRef, useState } from 'react'
import { useCountdown } from '../../hooks/use-countdown.ts'
import { useMutation } from '../../hooks/use-mutation.ts'
import { displayName } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { alert, showToast } from '../../lib/dialogs.ts'
import { waitForLoginClosed } from '../../lib/navigation.ts'
import { ApiError, type LoginOutcome, useSession } from '../../session/index.ts'
import { currentConsent } from '../lib/consent.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import { strings as retryStrings } from '../lib/retry-strings.ts'
import { strings } from './strings.ts'

export type LoginMethod = 'wechat' | 'phone'

/** How the page closes: after any login, and when the user leaves. */
type Closing = { onLogin: () => Promise<void>; onLeave: () => Promise<void> }

/** The user has an account in another mini program, and decides whether to use it here. */
export type SharedAccountQuestion = { account: SharedAccount; choose: (choice: SharedAccountChoice) => void }

/** Runs one login at a time, and keeps its error and the wait after a 429. */
export function useLogin({ onLogin, onLeave }: Closing) {
  const messages = useMessages()
  const t = useStrings(strings)
  const { retryIn } = useStrings(retryStrings)
  const { state, session } = useSession()
  const [pendingMethod, setPendingMethod] = useState<LoginMethod | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [question, setQuestion] = useState<SharedAccountQuestion | null>(null)
  const secondsLeft = useCountdown(error)
  const [isPhoneDenied, setPhoneDenied] = useState(false)
  const closing = useMutation(onLogin)
  const leaving = useMutation(onLeave)
  /** The conflict of a failed phone login, to offer the merge after a WeChat login. */
  const phoneConflict = useRef<Conflict | null>(null)
  // The user may tap twice before the page renders.
  const isRunning = useRef(false)

  // Any login closes the page, also one that another page started.
  const isUser = state.kind === 'user'
  // biome-ignore lint/correctness/useExhaustiveDependencies: closing is the same in each render
  useEffect(() => {
    if (isUser) void closing.run()
  }, [isUser])

  async function run(
    method: LoginMethod,
    login: (choice?: SharedAccountChoice) => Promise<LoginOutcome>,
    choice?: SharedAccountChoice,
  ): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    setPendingMethod(method)
    setError(null)
    setQuestion(null)
    try {
      // Stays pending until the page has closed, so that the user cannot tap again.
      const { user, isNewUser, conflict, joinedByPhone } = await login(choice)
      if (joinedByPhone) void announceJoin(user)
      else showToast(isNewUser ? t.welcome : t.welcomeBack)
      const offer = conflict ?? phoneConflict.current
      if (offer) void offerMerge(offer)
    } catch (failure) {
      const conflict = failure instanceof ApiError ? failure.conflict : null
      phoneConflict.current = conflict?.ticket ? conflict : null
      isRunning.current = false
      setPendingMethod(null)
      const account = failure instanceof ApiError ? failure.sharedAccount : null
      if (account) setQuestion({ account, choose: (chosen) => void run(method, login, chosen) })
      else setError(failure)
    }
  }

  /** The user may not expect the account that the number led to, and its other devices were logged out. */
  async function announceJoin(user: User): Promise<void> {
    await waitForLoginClosed()
    const body = t.joinedBody(displayName(user, messages))
    await alert({ title: t.joinedTitle, body, dismiss: t.joinedDismiss })
  }

  /** The number's account is another user's: the user goes on without the number, and no merge is offered. */
  function dismissConflict(): void {
    phoneConflict.current = null
    setError(null)
  }

  /** Closes the page as a guest and cancels a login in progress. */
  function leave(): void {
    if (isRunning.current && session.state().kind === 'guest') void session.logout()
    void leaving.run()
  }

  function handlePhoneNumber(result: PhoneNumberResult): void {
    setPhoneDenied(result.kind === 'denied')
    setError(result.kind === 'error' ? result.error : null)
    if (result.kind === 'code')
      void run('phone', (choice) => session.loginWithPhone(result.code, currentConsent(), choice))
  }

  return {
    pendingMethod,
    error,
    isPhoneDenied,
    retryLabel: secondsLeft > 0 ? retryIn(secondsLeft) : null,
    question,
    closeQuestion: () => setQuestion(null),
    loginWithWechat: () => run('wechat', (choice) => session.login(currentConsent(), choice)),
    handlePhoneNumber,
    dismissConflict,
    leave,
  }
}
