import { useEffect, useState } from 'react'
import { Loaded } from '../../components/async-content.tsx'
import { useReturn } from '../../hooks/use-on-return.ts'
import { useResource } from '../../hooks/use-query.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { Screen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { PasswordCard } from './password-card.tsx'
import { words } from './strings.ts'
import { WechatCard } from './wechat-card.tsx'

/** The ways into the account: its password, and WeChat. */
export default function SecurityPage() {
  const { me } = useText()
  const { why } = useWords(words)
  return (
    <Screen title={me.security}>
      <RequireLogin why={why}>{() => <Security />}</RequireLogin>
    </Screen>
  )
}

function Security() {
  const { session } = useSession()
  const me = useResource(session.reloadUser)
  useReturn(me.reload)
  const [isFormOpen, setFormOpen] = useState(false)
  // A merge, on the page above, gives the account other ways in.
  // biome-ignore lint/correctness/useExhaustiveDependencies: one listener for as long as the page is there
  useEffect(() => session.listen(({ type }) => type === 'logged_in' && void me.reload()), [])

  const skeleton = (
    <>
      <Skeleton rows={2} />
      <Skeleton rows={2} />
    </>
  )
  return (
    <Loaded resource={me} skeleton={skeleton}>
      {(user) => (
        <>
          <PasswordCard user={user} isFormOpen={isFormOpen} onOpenForm={setFormOpen} onChange={me.reload} />
          <WechatCard user={user} onChange={me.show} onPasswordNeeded={() => setFormOpen(true)} />
        </>
      )}
    </Loaded>
  )
}
