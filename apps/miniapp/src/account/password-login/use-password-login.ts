import { useEffect } from 'react'
import { useWait } from '../../hooks/use-countdown.ts'
import { useAction } from '../../hooks/use-mutation.ts'
import { useWords } from '../../i18n/index.ts'
import { tell } from '../../lib/dialogs.ts'
import { ApiProblem, type PasswordLogin, useSession } from '../../session/index.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import { leavePage, leavePasswordLogin } from '../lib/navigation.ts'
import { words as wordsOfLogin } from '../login/strings.ts'

/** As the switch says, without binding WeChat, or so and then on to the account that WeChat belongs to. */
export type Way = 'asked' | 'unbound' | 'merge'

/** One login at a time, the other account that was in its way, and the wait that a 429 asks for. */
export function usePasswordLogin(typed: PasswordLogin) {
  const loginWords = useWords(wordsOfLogin)
  const { session } = useSession()

  // Whoever is logged in has no business here, as after a shared link.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page is there
  useEffect(() => {
    if (session.state().kind === 'user') void leavePasswordLogin()
  }, [])

  const login = useAction(async (way: Way) => {
    await session.loginWithPassword({ ...typed, bindsWechat: way === 'asked' && typed.bindsWechat })
    tell(loginWords.welcomeBack)
    await leavePasswordLogin()
    if (way === 'merge' && conflict) await offerMerge(conflict)
  })
  const conflict = login.error instanceof ApiProblem ? login.error.conflict : null

  /** Leaves as a guest, also while a login is under way: then its answer is not taken. */
  function leave(): void {
    if (login.isBusy && session.state().kind === 'guest') void session.logout()
    void leavePage('password-login')
  }

  return { login, leave, conflict, waitSeconds: useWait(login.error) }
}
