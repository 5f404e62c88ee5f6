import { useDidShow, useLaunch } from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { session, text } from './services.ts'
import { SessionContext } from './session/use-session.ts'
import { TextContext } from './text/index.ts'
import './app.css'

export default function App({ children }: PropsWithChildren) {
  useLaunch(() => void session.start())
  useDidShow(() => void session.resume())

  return (
    <TextContext.Provider value={text}>
      <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
    </TextContext.Provider>
  )
}
