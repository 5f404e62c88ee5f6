import Taro from '@tarojs/taro'
import { useEffect, useState } from 'react'
import { useWait } from '../../components/use-wait.ts'
import { leaveLogin } from '../../navigation.ts'
import { useSession } from '../../session/index.ts'
import { useText } from '../../text/index.ts'

/** What the login page does: one login at a time, its error in view, and the wait that a 429 asks for. */
export function useLogin() {
  const text = useText()
  const { state, session } = useSession()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const waitSeconds = useWait(error)

  // Also for a session that came by another way: whoever is logged in has no business here.
  const isUser = state.kind === 'user'
  useEffect(() => {
    if (isUser) void leaveLogin()
  }, [isUser])

  async function login(): Promise<void> {
    setBusy(true)
    setError(null)
    try {
      const { isNewUser } = await session.login()
      void Taro.showToast({ title: isNewUser ? text.login.welcome : text.login.welcomeBack, icon: 'none' })
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }

  return { isBusy, error, waitSeconds, login }
}
