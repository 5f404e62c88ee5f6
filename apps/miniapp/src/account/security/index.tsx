import { useEffect, useState } from 'react'
import { AsyncContent } from '../../components/async-content.tsx'
import { useOnReturn } from '../../hooks/use-on-return.ts'
import { useQuery } from '../../hooks/use-query.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { PasswordCard } from './password-card.tsx'
import { strings } from './strings.ts'
import { WechatCard } from './wechat-card.tsx'

/** The login methods of the account. */
export default function SecurityPage() {
  const { me } = useMessages()
  const { why } = useStrings(strings)
  return (
    <AccountScreen title={me.security}>
      <RequireLogin why={why}>{() => <LoginMethods />}</RequireLogin>
    </AccountScreen>
  )
}

function LoginMethods() {
  const { session } = useSession()
  const me = useQuery(session.reloadUser)
  useOnReturn(me.reload)
  const [isFormOpen, setFormOpen] = useState(false)
  // A merge on the page on top changes the login methods.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per mount
  useEffect(() => session.on(({ type }) => type === 'logged_in' && void me.reload()), [])

  const skeleton = (
    <>
      <Skeleton rows={2} />
      <Skeleton rows={2} />
    </>
  )
  return (
    <AsyncContent query={me} skeleton={skeleton}>
      {(user) => (
        <>
          <PasswordCard user={user} isFormOpen={isFormOpen} onOpenForm={setFormOpen} onChange={me.reload} />
          <WechatCard user={user} onChange={me.setValue} onPasswordNeeded={() => setFormOpen(true)} />
        </>
      )}
    </AsyncContent>
  )
}
