import { Button, View } from '@tarojs/components'
import Taro, { useDidShow, useLaunch, useUnload } from '@tarojs/taro'
import { type PropsWithChildren, useState } from 'react'
import { createWechatSession, SessionContext, useSession } from '../../src/session/index.ts'

let loginClosed = () => {}

/** Made once. Asked twice at the same time, the login page is opened once. */
const session = createWechatSession({
  apiUrl: 'https://api.example.com',
  askForLogin: () =>
    new Promise((resolve, reject) => {
      loginClosed = resolve
      Taro.navigateTo({ url: '/account/login/index' }).catch(reject)
    }),
})

/** app.tsx */
export function App({ children }: PropsWithChildren) {
  useLaunch(() => void session.start())
  useDidShow(() => void session.resume())
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
}

/** The login page says that it was closed, however it was. */
export function LoginPage() {
  const { session } = useSession()
  const [problem, setProblem] = useState('')
  useUnload(() => loginClosed())

  async function login() {
    try {
      await session.login()
      await Taro.navigateBack()
    } catch (error) {
      setProblem((error as { code: string }).code)
    }
  }
  return (
    <View>
      <Button onClick={() => void login()}>微信登录</Button>
      {problem}
    </View>
  )
}

/** Any other page: shows the user, and lets a guest log in where that is needed. */
export function AnyPage() {
  const { state, session } = useSession()
  const [level, setLevel] = useState('')

  async function ask() {
    if (!(await session.requireLogin())) return
    const { levelDescription } = await session.request('GET /v1/me', {})
    setLevel(levelDescription)
  }
  return (
    <View>
      {state.kind === 'user' ? state.user.nickname : '你好'}
      <Button onClick={() => void ask()}>我的等级</Button>
      {level}
    </View>
  )
}
