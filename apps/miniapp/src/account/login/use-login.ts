import type { Conflict, User } from '@repo/shared'
import { useEffect, useRef, useState } from 'react'
import { useWait } from '../../hooks/use-countdown.ts'
import { useAction } from '../../hooks/use-mutation.ts'
import { nameOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { announce, tell } from '../../lib/dialogs.ts'
import { whenLoginIsClosed } from '../../lib/navigation.ts'
import { ApiProblem, type LoginOutcome, useSession } from '../../session/index.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import { leaveLogin } from '../lib/navigation.ts'
import { words } from './strings.ts'

/** How somebody logs in here. */
export type Way = 'wechat' | 'phone'

/** What the login page does: one login at a time, its error in view, and the wait that a 429 asks for. */
export function useLogin() {
  const text = useText()
  const loginWords = useWords(words)
  const { state, session } = useSession()
  const [busyWith, setBusyWith] = useState<Way | null>(null)
  const [error, setError] = useState<unknown>(null)
  const waitSeconds = useWait(error)
  const leaving = useAction(leaveLogin)
  /** What a phone login ran into: a login with WeChat gets past it, and may join the two accounts then. */
  const metConflict = useRef<Conflict | null>(null)
  // Two presses may come before the page is drawn again.
  const isRunning = useRef(false)

  // Also for a session that came by another way: whoever is logged in has no business here.
  const isUser = state.kind === 'user'
  // biome-ignore lint/correctness/useExhaustiveDependencies: leaving is the same at each rendering
  useEffect(() => {
    if (isUser) void leaving.run()
  }, [isUser])

  async function run(way: Way, login: () => Promise<LoginOutcome>): Promise<void> {
    if (isRunning.current) return
    isRunning.current = true
    setBusyWith(way)
    setError(null)
    try {
      // Busy until the page has gone: nothing is to be pressed any more.
      const { user, isNewUser, conflict, joinedByPhone } = await login()
      if (joinedByPhone) void announceJoin(user)
      else tell(isNewUser ? loginWords.welcome : loginWords.welcomeBack)
      const offered = conflict ?? metConflict.current
      if (offered) void offerMerge(offered)
    } catch (failure) {
      const conflict = failure instanceof ApiProblem ? failure.conflict : null
      metConflict.current = conflict?.ticket ? conflict : null
      isRunning.current = false
      setBusyWith(null)
      setError(failure)
    }
  }

  /** The number has led to an account that the user may not expect here, and other devices lost theirs. */
  async function announceJoin(user: User): Promise<void> {
    await whenLoginIsClosed()
    const { joinedTitle, joinedBody, joinedRead } = loginWords
    await announce({ title: joinedTitle, body: joinedBody(nameOf(user, text)), read: joinedRead })
  }

  /** Leaves as a guest, also while a login is under way: then its answer is not taken. */
  function leave(): void {
    if (isRunning.current && session.state().kind === 'guest') void session.logout()
    void leaving.run()
  }

  return {
    busyWith,
    error,
    showError: setError,
    waitSeconds,
    loginWithWechat: () => run('wechat', session.login),
    loginWithPhone: (code: string) => run('phone', () => session.loginWithPhone(code)),
    leave,
  }
}
