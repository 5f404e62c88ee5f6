import { useDidShow, useLaunch } from '@tarojs/taro'
import type { PropsWithChildren } from 'react'
import { MessagesContext, messagesFor } from './i18n/index.ts'
import { confirm } from './lib/dialogs.ts'
import { language } from './lib/language.ts'
import { openPage } from './lib/navigation.ts'
import { watchNetwork } from './lib/network.ts'
import { useObservable } from './lib/observable.ts'
import { offerUpdates } from './lib/update.ts'
import { SessionContext } from './session/index.ts'
import { session } from './session.ts'
import './app.css'

/** Warns that the login may have been stolen, and offers the login history. */
async function warnOfReuse(): Promise<void> {
  const { me, errors, common } = messagesFor(language.get())
  const dialog = { title: me.security, body: errors.refresh_token_reused }
  if (await confirm({ ...dialog, confirm: common.view, cancel: common.cancel }))
    await openPage('login-history')
}

export default function App({ children }: PropsWithChildren) {
  const messages = messagesFor(useObservable(language))
  useLaunch(() => {
    session.on(({ type }) => type === 'token_reused' && void warnOfReuse())
    void session.start()
    watchNetwork()
    offerUpdates(() => confirm(messagesFor(language.get()).update))
  })
  useDidShow(() => void session.resume())

  return (
    <MessagesContext.Provider value={messages}>
      <SessionContext.Provider value={session}>{children}</SessionContext.Provider>
    </MessagesContext.Provider>
  )
}
