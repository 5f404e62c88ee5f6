import { useDidShow, useLaunch } from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { confirm } from './components/confirm.ts'
import { useObservable } from './observable.ts'
import { language } from './platform/language.ts'
import { watchNetwork } from './platform/network.ts'
import { offerUpdates } from './platform/update.ts'
import { session } from './services.ts'
import { SessionContext } from './session/index.ts'
import { TextContext, textFor } from './text/index.ts'
import './app.css'

export default function App({ children }: PropsWithChildren) {
  const text = textFor(useObservable(language))
  useLaunch(() => {
    void session.start()
    watchNetwork()
    offerUpdates(() => confirm(textFor(language.get()).update))
  })
  useDidShow(() => void session.resume())

  return (
    <TextContext.Provider value={text}>
      <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
    </TextContext.Provider>
  )
}
