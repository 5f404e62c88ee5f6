import type { Me, PasswordBody } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Field } from '../../components/field.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { errorMessage, useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { setPassword } from '../api.ts'
import { PasswordField } from '../components/password-field.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { isNewPassword, isUsername } from '../lib/password-rules.ts'
import { passwordStrings } from '../lib/password-strings.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import './password-form.css'
import { strings } from './strings.ts'

type Props = {
  user: Me
  onSave: () => Promise<void>
  /** The account has changed on another device. */
  onOutdated: () => Promise<void>
}

/** Sets the first password, or changes it with the current password or WeChat as proof. */
export function PasswordForm({ user, onSave, onOutdated }: Props) {
  const messages = useMessages()
  const t = useStrings(strings)
  const shared = useStrings(passwordStrings)
  const { session } = useSession()
  const isFirst = user.username === null
  const [username, setUsername] = useState('')
  const [currentPassword, setCurrentPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const [usesWechat, setUsesWechat] = useState(isFirst)
  const [isChecked, setChecked] = useState(false)

  const invalid = {
    username: isFirst && !isUsername(username) ? t.usernameInvalid : null,
    currentPassword: !usesWechat && currentPassword === '' ? t.currentPasswordEmpty : null,
    newPassword: isNewPassword(newPassword) ? null : shared.newPasswordInvalid,
  }

  const saving = useMutation(async () => {
    const proof = usesWechat ? await session.getLoginCode() : { password: currentPassword }
    const body: PasswordBody = { proof, newPassword, ...(isFirst && { username }) }
    try {
      await setPassword(session, body)
    } catch (error) {
      if (['username_immutable', 'password_not_set'].includes(errorCodeOf(error) ?? '')) void onOutdated()
      throw error
    }
    await onSave()
  })
  const submit = useSubmitButton(saving, { idle: t.save, pending: t.saving })
  const code = errorCodeOf(saving.error)
  /** Errors of the API that belong to a field. */
  const rejected = {
    username: code === 'username_taken' ? errorMessage(saving.error, messages) : null,
    currentPassword: code === 'credentials_invalid' ? t.currentPasswordWrong : null,
    newPassword: code === 'password_too_common' ? errorMessage(saving.error, messages) : null,
  }
  const fieldError = (field: keyof typeof invalid) => (isChecked && invalid[field]) || rejected[field]
  const isFieldError = Object.values(rejected).some((error) => error !== null)

  const clearErrorAnd = (set: (value: string) => void) => (value: string) => {
    saving.clearError()
    set(value)
  }
  function tapSave(): void {
    setChecked(true)
    if (Object.values(invalid).every((error) => error === null)) void saving.run()
  }
  function switchProof(): void {
    saving.clearError()
    setCurrentPassword('')
    setUsesWechat(!usesWechat)
  }

  return (
    <View className="card">
      <View className="card__title password-form__title">{isFirst ? t.setPassword : t.changePassword}</View>
      {isFirst && (
        <Field
          label={shared.username}
          onChange={clearErrorAnd(setUsername)}
          hint={t.usernameRule}
          error={fieldError('username')}
        />
      )}
      {!usesWechat && (
        <PasswordField
          label={t.currentPassword}
          onChange={clearErrorAnd(setCurrentPassword)}
          error={fieldError('currentPassword')}
          {...(!user.hasWechat && { hint: t.forgotPasswordUnbound })}
        />
      )}
      <PasswordField
        label={shared.newPassword}
        onChange={clearErrorAnd(setNewPassword)}
        hint={shared.newPasswordRule}
        error={fieldError('newPassword')}
      />
      {usesWechat && <View className="password-form__note">{t.wechatHint}</View>}
      <View className="password-form__note">{t.otherDevices}</View>
      {saving.error !== null && !isFieldError && (
        <ErrorMessage
          error={saving.error}
          message={code === 'different_account' ? t.differentWechat : undefined}
        />
      )}
      <View className="password-form__save">
        <ActionButton variant="primary" {...submit} onTap={tapSave} />
      </View>
      {!isFirst && user.hasWechat && (
        <ActionButton
          variant="plain"
          label={usesWechat ? t.usePassword : t.forgotPassword}
          onTap={switchProof}
        />
      )}
    </View>
  )
}
