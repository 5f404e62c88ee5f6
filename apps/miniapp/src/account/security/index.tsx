import { useEffect, useState } from 'react'
import { Loaded } from '../../components/loaded.tsx'
import { useResource } from '../../components/use-resource.ts'
import { useSession } from '../../session/index.ts'
import { useText, useWords } from '../../text/index.ts'
import { useReturn } from '../../use-return.ts'
import { RequireLogin } from '../require-login.tsx'
import { Screen } from '../screen.tsx'
import { Skeleton } from '../skeleton.tsx'
import { PasswordCard } from './password-card.tsx'
import { WechatCard } from './wechat-card.tsx'
import { words } from './words.ts'

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
