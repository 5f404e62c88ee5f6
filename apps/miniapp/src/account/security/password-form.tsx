import type { Me, PasswordBody } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { Field } from '../../components/field.tsx'
import { useWait } from '../../hooks/use-countdown.ts'
import { useAction } from '../../hooks/use-mutation.ts'
import { useText, useWords, wordsFor } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { PasswordField } from '../components/password-field.tsx'
import { codeOf } from '../lib/error-code.ts'
import { isNewPassword, isUsername } from '../lib/password-rules.ts'
import { passwordWords } from '../lib/password-strings.ts'
import { words as wordsOfLogin } from '../login/strings.ts'
import { words } from './strings.ts'
import './password-form.css'

type Props = {
  user: Me
  onSave: () => Promise<void>
  /** The account is not as this form takes it to be, as after a change on another device. */
  onOutdated: () => Promise<void>
}

/** Sets the first password, or another one: proven by the one before, or by WeChat. What was typed goes with the form. */
export function PasswordForm({ user, onSave, onOutdated }: Props) {
  const text = useText()
  const loginWords = useWords(wordsOfLogin)
  const own = useWords(words)
  const shared = useWords(passwordWords)
  const { session } = useSession()
  const isFirst = user.username === null
  const [username, setUsername] = useState('')
  const [currentPassword, setCurrentPassword] = useState('')
  const [newPassword, setNewPassword] = useState('')
  const [isProvenByWechat, setProvenByWechat] = useState(isFirst)
  const [isChecked, setChecked] = useState(false)

  const missed = {
    username: isFirst && !isUsername(username) ? own.usernameMissed : null,
    currentPassword: !isProvenByWechat && currentPassword === '' ? own.currentPasswordMissed : null,
    newPassword: isNewPassword(newPassword) ? null : shared.newPasswordMissed,
  }

  const saving = useAction(async () => {
    const proof = isProvenByWechat ? await session.wechatProof() : { password: currentPassword }
    const body: PasswordBody = { proof, newPassword, ...(isFirst && { username }) }
    try {
      await session.request('PUT /v1/me/password', { body })
    } catch (error) {
      if (['username_immutable', 'password_not_set'].includes(codeOf(error) ?? '')) void onOutdated()
      throw error
    }
    await onSave()
  })
  const wait = useWait(saving.error)
  const code = codeOf(saving.error)
  const beside = {
    username: code === 'username_taken' ? wordsFor(saving.error, text) : null,
    currentPassword: code === 'credentials_invalid' ? own.currentPasswordWrong : null,
    newPassword: code === 'password_too_common' ? wordsFor(saving.error, text) : null,
  }
  const problemOf = (field: keyof typeof missed) => (isChecked && missed[field]) || beside[field]
  const isBeside = Object.values(beside).some((problem) => problem !== null)

  /** What was wrong with a text is not wrong with the next one. */
  const typing = (set: (value: string) => void) => (value: string) => {
    saving.clearError()
    set(value)
  }
  function save(): void {
    setChecked(true)
    if (Object.values(missed).every((problem) => problem === null)) void saving.run()
  }
  function proveByWechat(isByWechat: boolean): void {
    saving.clearError()
    setCurrentPassword('')
    setProvenByWechat(isByWechat)
  }

  return (
    <View className="card">
      <View className="card__title password-form__title">
        {isFirst ? own.setPassword : own.changePassword}
      </View>
      {isFirst && (
        <Field
          label={shared.username}
          onChange={typing(setUsername)}
          hint={own.usernameRule}
          problem={problemOf('username')}
        />
      )}
      {!isProvenByWechat && (
        <PasswordField
          label={own.currentPassword}
          onChange={typing(setCurrentPassword)}
          problem={problemOf('currentPassword')}
          {...(!user.hasWechat && { hint: own.forgottenUnbound })}
        />
      )}
      <PasswordField
        label={shared.newPassword}
        onChange={typing(setNewPassword)}
        hint={shared.newPasswordRule}
        problem={problemOf('newPassword')}
      />
      {isProvenByWechat && <View className="password-form__note">{own.byWechat}</View>}
      <View className="password-form__note">{own.otherDevices}</View>
      {saving.error !== null && !isBeside && (
        <Notice error={saving.error} words={code === 'different_account' ? own.differentWechat : undefined} />
      )}
      <View className="password-form__save">
        <ActionButton
          look="primary"
          label={saving.isBusy ? own.saving : wait > 0 ? loginWords.wait(wait) : own.save}
          isBusy={saving.isBusy}
          isIdle={wait > 0}
          onPress={save}
        />
      </View>
      {!isFirst && user.hasWechat && (
        <ActionButton
          look="plain"
          label={isProvenByWechat ? own.byPassword : own.forgotten}
          onPress={() => proveByWechat(!isProvenByWechat)}
        />
      )}
    </View>
  )
}
