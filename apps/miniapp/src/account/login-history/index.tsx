import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { AsyncContent } from '../../components/async-content.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useOnReturn } from '../../hooks/use-on-return.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import type { LoginHistoryKind } from '../api.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { Event } from './event.tsx'
import './login-history.css'
import { strings } from './strings.ts'
import { useEvents } from './use-events.ts'

/** Recent logins and account changes. Copy this page as a template for a page that needs a login. */
export default function LoginHistoryPage() {
  const { me } = useMessages()
  const { why } = useStrings(strings)
  return (
    <AccountScreen title={me['login-history']}>
      <RequireLogin why={why}>{() => <LoginHistory />}</RequireLogin>
    </AccountScreen>
  )
}

/** Account changes have a list of their own, so that many logins cannot hide them. */
function LoginHistory() {
  const { kinds } = useStrings(strings)
  const [kind, setKind] = useState<LoginHistoryKind>('logins')
  return (
    <>
      <View className="login-history__kinds" ariaRole="radiogroup">
        {(['logins', 'changes'] as const).map((name) => (
          <View
            key={name}
            className={`login-history__kind${name === kind ? ' login-history__kind--selected' : ''}`}
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

function Events({ kind }: { kind: LoginHistoryKind }) {
  const t = useStrings(strings)
  const { events, more, loadMore } = useEvents(kind)
  useOnReturn(events.reload)

  return (
    <AsyncContent query={events} skeleton={<Skeleton rows={6} />}>
      {({ list, next }) =>
        list.length === 0 ? (
          <View className="card">{t.empty[kind]}</View>
        ) : (
          <>
            <View className="card card--rows">
              {list.map((event) => (
                <Event key={event.id} event={event} />
              ))}
            </View>
            {more.error !== null && <ErrorMessage error={more.error} />}
            {next === null ? (
              <View className="login-history__end">{t.end}</View>
            ) : (
              <ActionButton
                variant="soft"
                label={more.isPending ? t.loading : t.more}
                loading={more.isPending}
                onTap={loadMore}
              />
            )}
          </>
        )
      }
    </AsyncContent>
  )
}
