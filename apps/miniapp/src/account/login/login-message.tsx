import { View } from '@tarojs/components'
import { Notice } from '../../components/error-message.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useWords } from '../../i18n/index.ts'
import { ApiProblem } from '../../session/index.ts'
import { words } from './strings.ts'

/** What stands over the buttons: what the login is for, or why it did not come to pass, and the way on. */
export function LoginWords({ error, isPhoneRefused }: { error: unknown; isPhoneRefused: boolean }) {
  const login = useWords(words)
  if (error !== null) {
    return <Notice error={error} words={conflictWords(error, login)} />
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

/** Where the number is another account's: whose, and what can be done. */
function conflictWords(
  error: unknown,
  { phoneTaken, phoneTakenMergeable }: (typeof words)['zh_CN'],
): string | undefined {
  const conflict = error instanceof ApiProblem ? error.conflict : null
  if (!conflict) return undefined
  const say = conflict.ticket === null ? phoneTaken : phoneTakenMergeable
  return say(conflict.other.nicknameMasked)
}
