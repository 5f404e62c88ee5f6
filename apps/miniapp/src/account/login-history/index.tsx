import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Loaded } from '../../components/async-content.tsx'
import { Notice } from '../../components/error-message.tsx'
import { useReturn } from '../../hooks/use-on-return.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { Screen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import './login-history.css'
import { Event } from './event.tsx'
import { words } from './strings.ts'
import { type EventKind, useEvents } from './use-events.ts'

/** What has happened to one's account, the newest first. The pattern of a page that needs login. */
export default function ActivityPage() {
  const { me } = useText()
  const { why } = useWords(words)
  return (
    <Screen title={me['login-history']}>
      <RequireLogin why={why}>{() => <Activity />}</RequireLogin>
    </Screen>
  )
}

/** Changes of login methods are apart, so that no number of logins pushes them out of view. */
function Activity() {
  const { kinds } = useWords(words)
  const [kind, setKind] = useState<EventKind>('logins')
  return (
    <>
      <View className="activity__kinds" ariaRole="radiogroup">
        {(['logins', 'changes'] as const).map((name) => (
          <View
            key={name}
            className={`activity__kind${name === kind ? ' activity__kind--selected' : ''}`}
            ariaRole="radio"
            ariaChecked={name === kind}
            ariaLabel={kinds[name]}
            onClick={() => setKind(name)}
          >
            {kinds[name]}
          </View>
        ))}
      </View>
      <Events key={kind} kind={kind} />
    </>
  )
}

/** The events of one kind, a page at a time. */
function Events({ kind }: { kind: EventKind }) {
  const own = useWords(words)
  const { events, more, loadMore } = useEvents(kind)
  useReturn(events.reload)

  return (
    <Loaded resource={events} skeleton={<Skeleton rows={6} />}>
      {({ list, next }) =>
        list.length === 0 ? (
          <View className="card">{own.empty[kind]}</View>
        ) : (
          <>
            <View className="card card--rows">
              {list.map((event) => (
                <Event key={event.id} event={event} />
              ))}
            </View>
            {more.error !== null && <Notice error={more.error} />}
            {next === null ? (
              <View className="activity__end">{own.end}</View>
            ) : (
              <ActionButton
                look="soft"
                label={more.isBusy ? own.loading : own.more}
                isBusy={more.isBusy}
                onPress={loadMore}
              />
            )}
          </>
        )
      }
    </Loaded>
  )
}
