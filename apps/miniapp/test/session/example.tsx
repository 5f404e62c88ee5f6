import { Button, View } from '@tarojs/components'
import Taro, { useDidShow, useLaunch, useUnload } from '@tarojs/taro'
import { type PropsWithChildren, useState } from 'react'
import { createWechatSession, SessionContext, useSession } from '../../src/session/index.ts'

/** The documents of this version, which the login page lets the user agree to. */
const consent = { agreementVersion: '2026-12-01', privacyVersion: '2026-12-01' }

let notifyLoginClosed = () => {}

/** Create it once. Calls in parallel open one login page. */
const session = createWechatSession({
  apiUrl: 'https://api.example.com',
  openLogin: () =>
    new Promise((resolve, reject) => {
      notifyLoginClosed = resolve
      Taro.navigateTo({ url: '/account/login/index' }).catch(reject)
    }),
  onConsentOutdated: async () => {
    const { confirm } = await Taro.showModal({ title: 'Our terms have changed', content: 'Accept them?' })
    return confirm ? consent : null
  },
})

/** app.tsx */
export function App({ children }: PropsWithChildren) {
  useLaunch(() => void session.start())
  useDidShow(() => void session.resume())
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
}

/** Tells the session when WeChat unloads the page. */
export function LoginPage() {
  const { session } = useSession()
  const [errorCode, setErrorCode] = useState('')
  useUnload(() => notifyLoginClosed())

  async function login() {
    try {
      await session.login(consent)
      await Taro.navigateBack()
    } catch (error) {
      setErrorCode((error as { code: string }).code)
    }
  }
  return (
    <View>
      <Button onClick={() => void login()}>微信登录</Button>
      {errorCode}
    </View>
  )
}

/** Any other page: shows the user, and lets a guest log in where needed. */
export function AnyPage() {
  const { state, session } = useSession()
  const [level, setLevel] = useState('')

  async function loadLevel() {
    if (!(await session.requireLogin())) return
    const { levelDescription } = await session.request('GET /v1/me', {})
    setLevel(levelDescription)
  }
  return (
    <View>
      {state.kind === 'user' ? state.user.nickname : '你好'}
      <Button onClick={() => void loadLevel()}>我的等级</Button>
      {level}
    </View>
  )
}
