import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Field } from '../../components/field.tsx'
import type { Mutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { PasswordField } from '../components/password-field.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { errorMessages } from '../lib/error-messages.ts'
import { passwordStrings } from '../lib/password-strings.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import { strings } from './strings.ts'

type Props = {
  /** Loads the notice with what the user typed. */
  loading: Mutation<[{ username: string; password: string }]>
  onSwitch: () => void
}

/** The proof of a user whose account has a password, and another WeChat or none. */
export function PasswordProof({ loading, onSwitch }: Props) {
  const t = useStrings(strings)
  const shared = useStrings(passwordStrings)
  const { credentials_invalid } = useStrings(errorMessages)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [isChecked, setChecked] = useState(false)
  const submit = useSubmitButton(loading, { idle: t.prove, pending: t.proving })
  const code = errorCodeOf(loading.error)
  const isWrong = code === 'credentials_invalid'

  const changeWith = (set: (typed: string) => void) => (typed: string) => {
    loading.clearError()
    set(typed)
  }
  function prove(): void {
    setChecked(true)
    if (username !== '' && password !== '') void loading.run({ username, password })
  }

  return (
    <View className="card">
      <View className="card__title">{t.proofTitle}</View>
      <View className="card__body">{t.passwordLead}</View>
      <View className="banned__form">
        <Field
          label={shared.username}
          onChange={changeWith(setUsername)}
          maxLength={64}
          error={isChecked && username === '' ? t.usernameEmpty : null}
        />
        <PasswordField
          label={shared.password}
          onChange={changeWith(setPassword)}
          error={
            (isChecked && password === '' ? t.passwordEmpty : null) ?? (isWrong ? credentials_invalid : null)
          }
        />
      </View>
      {loading.error !== null && !isWrong && (
        <ErrorMessage error={loading.error} message={code === 'not_banned' ? t.notBanned : undefined} />
      )}
      <ActionButton variant="primary" {...submit} onTap={prove} />
      <ActionButton variant="plain" label={t.useWechat} onTap={onSwitch} />
    </View>
  )
}
