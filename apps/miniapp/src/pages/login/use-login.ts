import Taro from '@tarojs/taro'
import { useEffect, useRef, useState } from 'react'
import { leaveLogin } from '../../navigation.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { useText } from '../../text/index.ts'

/** What the login page does: one login at a time, its error in view, and the wait that a 429 asks for. */
export function useLogin() {
  const text = useText()
  const { state, session } = useSession()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [waitSeconds, startWait] = useCountdown()

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
      if (failure instanceof ApiProblem && failure.retryAfterSeconds) startWait(failure.retryAfterSeconds)
    } finally {
      setBusy(false)
    }
  }

  return { isBusy, error, waitSeconds, login }
}

/** Longer waits are cut: the button must not stay closed for hours because of one answer. */
const longestWaitSeconds = 120

function useCountdown(): [secondsLeft: number, start: (seconds: number) => void] {
  const [secondsLeft, setSecondsLeft] = useState(0)
  const timer = useRef<ReturnType<typeof setInterval>>()
  useEffect(() => () => clearInterval(timer.current), [])

  function start(seconds: number): void {
    clearInterval(timer.current)
    setSecondsLeft(Math.min(seconds, longestWaitSeconds))
    timer.current = setInterval(() => setSecondsLeft((left) => Math.max(0, left - 1)), 1000)
  }
  return [secondsLeft, start]
}
