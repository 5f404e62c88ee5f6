import { View } from '@tarojs/components'
import { SessionEnded } from '../../components/session-ended.tsx'
import { openAgreement, openPrivacy } from '../../navigation.ts'
import { useSession } from '../../session/use-session.ts'
import { useText } from '../../text/index.ts'
import { usePageTitle, useTabNames } from '../../text/use-bar-words.ts'
import { Guest } from './guest.tsx'
import { Profile } from './profile.tsx'
import './index.css'

/** One's own account, or the way to it. */
export default function MePage() {
  const text = useText()
  const { state } = useSession()
  usePageTitle(text.me.title)
  useTabNames()

  return (
    <View className="page">
      <SessionEnded />
      {state.kind === 'user' ? <Profile user={state.user} /> : <Guest />}
      <View className="card card--rows">
        <View className="me__link" ariaRole="link" onClick={openAgreement}>
          {text.agreement.title}
        </View>
        <View className="me__link" ariaRole="link" onClick={openPrivacy}>
          {text.privacy.title}
        </View>
      </View>
    </View>
  )
}
