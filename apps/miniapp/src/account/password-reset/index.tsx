import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { PasswordField } from '../components/password-field.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { errorMessages } from '../lib/error-messages.ts'
import { closePage, continueToPasswordLogin } from '../lib/navigation.ts'
import { isNewPassword } from '../lib/password-rules.ts'
import { passwordStrings } from '../lib/password-strings.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import './password-reset.css'
import { strings } from './strings.ts'

/** Resets a forgotten password, with the linked WeChat account as proof. */
export default function PasswordResetPage() {
  const t = useStrings(strings)
  const [isDone, setDone] = useState(false)
  return (
    <AccountScreen title={t.title}>
      {isDone ? <Done /> : <ResetForm onDone={() => setDone(true)} />}
    </AccountScreen>
  )
}

function ResetForm({ onDone }: { onDone: () => void }) {
  const { common } = useMessages()
  const t = useStrings(strings)
  const shared = useStrings(passwordStrings)
  const { password_too_common } = useStrings(errorMessages)
  const { session } = useSession()
  const [newPassword, setNewPassword] = useState('')
  const [isChecked, setChecked] = useState(false)

  const resetting = useMutation(async () => {
    await session.resetPassword(newPassword)
    onDone()
  })
  const submit = useSubmitButton(resetting, { idle: t.reset, pending: t.resetting })
  const code = errorCodeOf(resetting.error)
  const isTooCommon = code === 'password_too_common'
  const invalid = isNewPassword(newPassword) ? null : shared.newPasswordInvalid

  function changePassword(typed: string): void {
    resetting.clearError()
    setNewPassword(typed)
  }
  function tapReset(): void {
    setChecked(true)
    if (invalid === null) void resetting.run()
  }

  return (
    <>
      <View className="password-reset__lead">{t.lead}</View>
      <View className="card">
        <PasswordField
          label={shared.newPassword}
          onChange={changePassword}
          hint={shared.newPasswordRule}
          error={(isChecked && invalid) || (isTooCommon ? password_too_common : null)}
        />
        <View className="password-reset__note">{t.everywhere}</View>
      </View>
      {resetting.error !== null && !isTooCommon && (
        <ErrorMessage error={resetting.error} message={code === 'password_not_set' ? t.notSet : undefined} />
      )}
      <ActionButton variant="primary" {...submit} onTap={tapReset} />
      <ActionButton variant="plain" label={common.cancel} onTap={() => void closePage('password-reset')} />
    </>
  )
}

function Done() {
  const t = useStrings(strings)
  return (
    <View className="card">
      <View className="card__title">{t.doneTitle}</View>
      <View className="card__body">{t.doneBody}</View>
      <View className="password-reset__login">
        <ActionButton variant="primary" label={t.login} onTap={() => void continueToPasswordLogin()} />
      </View>
    </View>
  )
}
