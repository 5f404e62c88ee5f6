import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Field } from '../../components/field.tsx'
import { useStrings } from '../../i18n/index.ts'
import { openPage } from '../../lib/navigation.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { AgreementCheckbox } from '../components/agreement-checkbox.tsx'
import { AgreementSheet } from '../components/agreement-sheet.tsx'
import { PasswordField } from '../components/password-field.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { errorMessages } from '../lib/error-messages.ts'
import { passwordStrings } from '../lib/password-strings.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import { strings as loginStrings } from '../login/strings.ts'
import { BindSwitch } from './bind-switch.tsx'
import './password-login.css'
import { strings } from './strings.ts'
import { type LoginMode, usePasswordLogin } from './use-password-login.ts'

/** For users with a password, also where WeChat logs in to another account. */
export default function PasswordLoginPage() {
  const { notNow, outdated } = useStrings(loginStrings)
  const t = useStrings(strings)
  const shared = useStrings(passwordStrings)
  const { credentials_invalid } = useStrings(errorMessages)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [bindsWechat, setBindsWechat] = useState(false)
  const [isChecked, setChecked] = useState(false)
  const [isAgreed, setAgreed] = useState(false)
  /** The login that the user tapped without the consent. */
  const [consentFor, setConsentFor] = useState<LoginMode | null>(null)
  const { login, leave, conflict } = usePasswordLogin({ username, password, bindsWechat })
  const submit = useSubmitButton(login, { idle: t.login, pending: t.loggingIn })

  const empty = {
    username: username === '' ? t.usernameEmpty : null,
    password: password === '' ? t.passwordEmpty : null,
  }
  const code = errorCodeOf(login.error)
  const isWrong = code === 'credentials_invalid'
  const messages: Partial<Record<string, string>> = {
    consent_outdated: outdated,
    wechat_already_bound: t.alreadyBound,
  }

  const clearErrorAnd =
    <Value,>(set: (value: Value) => void) =>
    (value: Value) => {
      login.clearError()
      set(value)
    }
  function tapLogin(mode: LoginMode): void {
    setChecked(true)
    if (empty.username !== null || empty.password !== null) return
    if (isAgreed) void login.run(mode)
    else setConsentFor(mode)
  }
  function accept(): void {
    setAgreed(true)
    setConsentFor(null)
    if (consentFor) void login.run(consentFor)
  }

  return (
    <AccountScreen title={t.title}>
      <View className="password-login__lead">{t.lead}</View>
      <View className="card">
        <Field
          label={shared.username}
          onChange={clearErrorAnd(setUsername)}
          maxLength={64}
          error={isChecked ? empty.username : null}
        />
        <PasswordField
          label={shared.password}
          onChange={clearErrorAnd(setPassword)}
          error={(isChecked && empty.password) || (isWrong ? credentials_invalid : null)}
        />
        <BindSwitch
          title={t.bindTitle}
          body={t.bindBody}
          isOn={bindsWechat}
          onToggle={() => clearErrorAnd(setBindsWechat)(!bindsWechat)}
        />
      </View>

      {login.error !== null && !isWrong && (
        <ErrorMessage
          error={login.error}
          message={conflict ? t.conflict : code ? messages[code] : undefined}
        />
      )}
      {conflict ? (
        <>
          {conflict.ticket !== null && (
            <View className="password-login__merge">
              <ActionButton
                variant="primary"
                label={t.mergeAfterLogin}
                loading={login.isPending}
                onTap={() => tapLogin('merge')}
              />
            </View>
          )}
          <ActionButton
            variant="soft"
            label={t.withoutBinding}
            disabled={login.isPending}
            onTap={() => tapLogin('without-binding')}
          />
        </>
      ) : (
        <ActionButton variant="primary" {...submit} onTap={() => tapLogin('default')} />
      )}
      <View className="password-login__agreement">
        <AgreementCheckbox checked={isAgreed} onToggle={() => setAgreed(!isAgreed)} />
      </View>
      <View className="password-login__others">
        <ActionButton
          variant="plain"
          label={t.forgotPassword}
          onTap={() => void openPage('password-reset')}
        />
        <ActionButton variant="plain" label={notNow} onTap={leave} />
      </View>
      {consentFor && <AgreementSheet onAccept={accept} onReject={() => setConsentFor(null)} />}
    </AccountScreen>
  )
}
