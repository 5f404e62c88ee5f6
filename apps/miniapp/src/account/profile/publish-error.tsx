import type { User } from '@repo/shared'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useStrings } from '../../i18n/index.ts'
import { openPage } from '../../lib/navigation.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { strings } from './strings.ts'

type Props = {
  user: User
  error: unknown
  /** Overrides the general message of the error's code. */
  message: string | null
}

/** Why something was not published, with the way to a verified phone number where that is missing. */
export function PublishError({ user, error, message }: Props) {
  const t = useStrings(strings)
  const needsPhone = errorCodeOf(error) === 'phone_required'
  // The user has verified a number since.
  if (needsPhone && user.phoneMasked !== null) return null
  return (
    <>
      <ErrorMessage error={error} message={message} />
      {needsPhone && (
        <ActionButton variant="soft" label={t.verifyPhone} onTap={() => void openPage('verify-phone')} />
      )}
    </>
  )
}
