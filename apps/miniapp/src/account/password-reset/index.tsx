import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { useWait } from '../../hooks/use-countdown.ts'
import { useAction } from '../../hooks/use-mutation.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { Screen } from '../components/account-screen.tsx'
import { PasswordField } from '../components/password-field.tsx'
import { codeOf } from '../lib/error-code.ts'
import { problems } from '../lib/error-messages.ts'
import { continueToPasswordLogin, leavePage } from '../lib/navigation.ts'
import { isNewPassword } from '../lib/password-rules.ts'
import { passwordWords } from '../lib/password-strings.ts'
import { words as wordsOfLogin } from '../login/strings.ts'
import './password-reset.css'
import { words } from './strings.ts'

/** For who has forgotten the password, and holds a phone with the WeChat that is bound. */
export default function PasswordResetPage() {
  const own = useWords(words)
  const [isDone, setDone] = useState(false)
  return <Screen title={own.title}>{isDone ? <Done /> : <ResetForm onDone={() => setDone(true)} />}</Screen>
}

function ResetForm({ onDone }: { onDone: () => void }) {
  const text = useText()
  const loginWords = useWords(wordsOfLogin)
  const own = useWords(words)
  const shared = useWords(passwordWords)
  const more = useWords(problems)
  const { session } = useSession()
  const [newPassword, setNewPassword] = useState('')
  const [isChecked, setChecked] = useState(false)

  const resetting = useAction(async () => {
    await session.resetPassword(newPassword)
    onDone()
  })
  const wait = useWait(resetting.error)
  const code = codeOf(resetting.error)
  const isTooCommon = code === 'password_too_common'
  const missed = isNewPassword(newPassword) ? null : shared.newPasswordMissed

  function type(typed: string): void {
    resetting.clearError()
    setNewPassword(typed)
  }
  function press(): void {
    setChecked(true)
    if (missed === null) void resetting.run()
  }

  return (
    <>
      <View className="password-reset__lead">{own.lead}</View>
      <View className="card">
        <PasswordField
          label={shared.newPassword}
          onChange={type}
          hint={shared.newPasswordRule}
          problem={(isChecked && missed) || (isTooCommon ? more.password_too_common : null)}
        />
        <View className="password-reset__note">{own.everywhere}</View>
      </View>
      {resetting.error !== null && !isTooCommon && (
        <Notice error={resetting.error} words={code === 'password_not_set' ? own.notSet : undefined} />
      )}
      <ActionButton
        look="primary"
        label={resetting.isBusy ? own.resetting : wait > 0 ? loginWords.wait(wait) : own.reset}
        isBusy={resetting.isBusy}
        isIdle={wait > 0}
        onPress={press}
      />
      <ActionButton
        look="plain"
        label={text.common.cancel}
        onPress={() => void leavePage('password-reset')}
      />
    </>
  )
}

function Done() {
  const own = useWords(words)
  return (
    <View className="card">
      <View className="card__title">{own.doneTitle}</View>
      <View className="card__body">{own.doneBody}</View>
      <View className="password-reset__login">
        <ActionButton look="primary" label={own.login} onPress={() => void continueToPasswordLogin()} />
      </View>
    </View>
  )
}
