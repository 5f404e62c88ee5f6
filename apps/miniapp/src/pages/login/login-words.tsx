import { View } from '@tarojs/components'
import { Notice } from '../../components/notice.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { ApiProblem } from '../../session/index.ts'
import { useText } from '../../text/index.ts'

/** What stands over the buttons: what the login is for, or why it did not come to pass, and the way on. */
export function LoginWords({ error, isPhoneRefused }: { error: unknown; isPhoneRefused: boolean }) {
  const { login } = useText()
  if (error !== null) {
    const conflict = error instanceof ApiProblem ? error.conflict : null
    return (
      <Notice error={error} words={conflict ? login.phoneTaken(conflict.other.nicknameMasked) : undefined} />
    )
  }
  return (
    <>
      <SessionEnded />
      <View className="login__lead" ariaRole="status">
        {isPhoneRefused ? login.phoneRefused : login.lead}
      </View>
    </>
  )
}
