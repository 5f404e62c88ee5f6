import { useDidShow, useLaunch } from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { TextContext, textFor } from './i18n/index.ts'
import { confirm } from './lib/dialogs.ts'
import { language } from './lib/language.ts'
import { openPage } from './lib/navigation.ts'
import { watchNetwork } from './lib/network.ts'
import { useObservable } from './lib/observable.ts'
import { offerUpdates } from './lib/update.ts'
import { SessionContext } from './session/index.ts'
import { session } from './session.ts'
import './app.css'

/** Tells the user that their login may have been stolen, and leads to what was done with it. */
async function warn(): Promise<void> {
  const { me, problems, common } = textFor(language.get())
  const question = { title: me.security, body: problems.refresh_token_reused }
  if (await confirm({ ...question, confirm: common.view, cancel: common.cancel }))
    await openPage('login-history')
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
