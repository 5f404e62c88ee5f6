import { useDidShow, useLaunch } from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { confirm } from './components/confirm.ts'
import { openPage } from './navigation.ts'
import { useObservable } from './observable.ts'
import { language } from './platform/language.ts'
import { watchNetwork } from './platform/network.ts'
import { offerUpdates } from './platform/update.ts'
import { session } from './services.ts'
import { SessionContext } from './session/index.ts'
import { TextContext, textFor } from './text/index.ts'
import './app.css'

/** Tells the user that their login may have been stolen, and leads to what was done with it. */
async function warn(): Promise<void> {
  const { me, problems, common } = textFor(language.get())
  const question = { title: me.security, body: problems.refresh_token_reused }
  if (await confirm({ ...question, confirm: common.view, cancel: common.cancel })) await openPage('activity')
}

export default function App({ children }: PropsWithChildren) {
  const text = textFor(useObservable(language))
  useLaunch(() => {
    session.listen(({ type }) => type === 'token_reused' && void warn())
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
