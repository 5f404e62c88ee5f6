import { useEffect } from 'react'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { showToast } from '../../lib/dialogs.ts'
import { ApiError, type PasswordLogin, useSession } from '../../session/index.ts'
import { currentConsent } from '../lib/consent.ts'
import { offerMerge } from '../lib/merge-offer.ts'
import { closePage, closePasswordLogin } from '../lib/navigation.ts'
import { strings as loginStrings } from '../login/strings.ts'

/** As the bind switch says; without binding WeChat; or without it and then on to the merge page. */
export type LoginMode = 'default' | 'without-binding' | 'merge'

export function usePasswordLogin(credentials: PasswordLogin) {
  const { welcomeBack } = useStrings(loginStrings)
  const { session } = useSession()

  // A logged-in user may open this page from a shared link.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per mount
  useEffect(() => {
    if (session.state().kind === 'user') void closePasswordLogin()
  }, [])

  const login = useMutation(async (mode: LoginMode) => {
    const bindsWechat = mode === 'default' && credentials.bindsWechat
    await session.loginWithPassword({ ...credentials, bindsWechat }, currentConsent())
    showToast(welcomeBack)
    await closePasswordLogin()
    if (mode === 'merge' && conflict) await offerMerge(conflict)
  })
  /** The account that this WeChat is bound to. */
  const conflict = login.error instanceof ApiError ? login.error.conflict : null

  /** Closes the page as a guest and cancels a login in progress. */
  function leave(): void {
    if (login.isPending && session.state().kind === 'guest') void session.logout()
    void closePage('password-login')
  }

  return { login, leave, conflict }
}
