import { View } from '@tarojs/components'
import { ErrorMessage } from '../../components/error-message.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useStrings } from '../../i18n/index.ts'
import { ApiError } from '../../session/index.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { strings } from './strings.ts'

/** Above the buttons: what the login is for, or why it failed. */
export function LoginMessage({ error, isPhoneDenied }: { error: unknown; isPhoneDenied: boolean }) {
  const t = useStrings(strings)
  if (error !== null) {
    return <ErrorMessage error={error} message={messageOf(error, t)} />
  }
  return (
    <>
      <SessionEnded />
      <View className="login__lead" ariaRole="status">
        {isPhoneDenied ? t.phoneDenied : t.lead}
      </View>
    </>
  )
}

/** For documents that this version does not have, and for a number that belongs to another account. */
function messageOf(
  error: unknown,
  { outdated, phoneTaken, phoneTakenMergeable }: (typeof strings)['zh_CN'],
): string | undefined {
  if (errorCodeOf(error) === 'consent_outdated') return outdated
  const conflict = error instanceof ApiError ? error.conflict : null
  if (!conflict) return undefined
  const message = conflict.ticket === null ? phoneTaken : phoneTakenMergeable
  return message(conflict.other.nicknameMasked)
}
