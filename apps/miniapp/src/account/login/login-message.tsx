import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { SessionEnded } from '../../components/session-ended.tsx'
import { useStrings } from '../../i18n/index.ts'
import { ApiError } from '../../session/index.ts'
import { strings as notMyAccountStrings } from '../components/not-my-account-strings.ts'
import { strings } from './strings.ts'

type Props = {
  error: unknown
  isPhoneDenied: boolean
  /** The account that has the number is another user's. */
  onNotMine: () => void
}

/** Above the buttons: what the login is for, or why it failed. */
export function LoginMessage({ error, isPhoneDenied, onNotMine }: Props) {
  const t = useStrings(strings)
  const { notMine } = useStrings(notMyAccountStrings)
  const [isNotMine, setNotMine] = useState(false)
  if (error !== null) {
    const message = conflictMessage(error, t)
    return (
      <>
        <ErrorMessage error={error} message={message} />
        {message !== undefined && (
          <ActionButton
            variant="plain"
            label={notMine}
            onTap={() => {
              setNotMine(true)
              onNotMine()
            }}
          />
        )}
      </>
    )
  }
  return (
    <>
      <SessionEnded />
      <View className="login__lead" ariaRole="status">
        {isNotMine ? t.phoneNotMine : isPhoneDenied ? t.phoneDenied : t.lead}
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
