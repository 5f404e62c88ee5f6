import { View } from '@tarojs/components'
import { ErrorMessage } from '../../components/error-message.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useStrings } from '../../i18n/index.ts'
import { ApiError } from '../../session/index.ts'
import { strings } from './strings.ts'

type Props = {
  error: unknown
  isPhoneDenied: boolean
  /** What this page's login needs; absent on the login page. */
  lead?: string
}

/** Above the buttons: what the login is for, or why it failed. */
export function LoginMessage({ error, isPhoneDenied, lead }: Props) {
  const t = useStrings(strings)
  if (error !== null) {
    return <ErrorMessage error={error} message={conflictMessage(error, t)} />
  }
  return (
    <>
      <SessionEnded />
      <View className="login__lead" ariaRole="status">
        {isPhoneDenied ? t.phoneDenied : (lead ?? t.lead)}
      </View>
    </>
  )
}

/** For a number that belongs to another account. */
function conflictMessage(
  error: unknown,
  { phoneTaken, phoneTakenMergeable }: (typeof strings)['zh_CN'],
): string | undefined {
  const conflict = error instanceof ApiError ? error.conflict : null
  if (!conflict) return undefined
  const message = conflict.ticket === null ? phoneTaken : phoneTakenMergeable
  return message(conflict.other.nicknameMasked)
}
