import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { Field } from '../../components/field.tsx'
import { useWords } from '../../i18n/index.ts'
import { openPage } from '../../lib/navigation.ts'
import { Screen } from '../components/account-screen.tsx'
import { AgreementTick } from '../components/agreement-checkbox.tsx'
import { AgreementSheet } from '../components/agreement-sheet.tsx'
import { PasswordField } from '../components/password-field.tsx'
import { codeOf } from '../lib/error-code.ts'
import { problems } from '../lib/error-messages.ts'
import { passwordWords } from '../lib/password-strings.ts'
import { words as wordsOfLogin } from '../login/strings.ts'
import { BindSwitch } from './bind-switch.tsx'
import './password-login.css'
import { words } from './strings.ts'
import { usePasswordLogin, type Way } from './use-password-login.ts'

/** For who has a password: also where WeChat leads to no account, or to another one. */
export default function PasswordLoginPage() {
  const loginWords = useWords(wordsOfLogin)
  const own = useWords(words)
  const shared = useWords(passwordWords)
  const more = useWords(problems)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [bindsWechat, setBindsWechat] = useState(false)
  const [isChecked, setChecked] = useState(false)
  const [isAgreed, setAgreed] = useState(false)
  /** What the person pressed while the consent was missing. */
  const [unagreed, setUnagreed] = useState<Way | null>(null)
  const { login, leave, conflict, waitSeconds } = usePasswordLogin({ username, password, bindsWechat })

  const missed = {
    username: username === '' ? own.usernameMissed : null,
    password: password === '' ? own.passwordMissed : null,
  }
  const code = codeOf(login.error)
  const isWrong = code === 'credentials_invalid'

  const typing =
    <Value,>(set: (value: Value) => void) =>
    (value: Value) => {
      login.clearError()
      set(value)
    }
  function press(way: Way): void {
    setChecked(true)
    if (missed.username !== null || missed.password !== null) return
    if (isAgreed) void login.run(way)
    else setUnagreed(way)
  }
  function agree(): void {
    setAgreed(true)
    setUnagreed(null)
    if (unagreed) void login.run(unagreed)
  }

  return (
    <Screen title={own.title}>
      <View className="password-login__lead">{own.lead}</View>
      <View className="card">
        <Field
          label={shared.username}
          onChange={typing(setUsername)}
          maxLength={64}
          problem={isChecked ? missed.username : null}
        />
        <PasswordField
          label={shared.password}
          onChange={typing(setPassword)}
          problem={(isChecked && missed.password) || (isWrong ? more.credentials_invalid : null)}
        />
        <BindSwitch
          title={own.bindTitle}
          body={own.bindBody}
          isOn={bindsWechat}
          onToggle={() => typing(setBindsWechat)(!bindsWechat)}
        />
      </View>

      {login.error !== null && !isWrong && (
        <Notice
          error={login.error}
          words={conflict ? own.conflict : code === 'wechat_already_bound' ? own.alreadyBound : undefined}
        />
      )}
      {conflict ? (
        <>
          {conflict.ticket !== null && (
            <View className="password-login__way">
              <ActionButton
                look="primary"
                label={own.thenMerge}
                isBusy={login.isBusy}
                onPress={() => press('merge')}
              />
            </View>
          )}
          <ActionButton
            look="soft"
            label={own.withoutBinding}
            isIdle={login.isBusy}
            onPress={() => press('unbound')}
          />
        </>
      ) : (
        <ActionButton
          look="primary"
          label={login.isBusy ? own.loggingIn : waitSeconds > 0 ? loginWords.wait(waitSeconds) : own.login}
          isBusy={login.isBusy}
          isIdle={waitSeconds > 0}
          onPress={() => press('asked')}
        />
      )}
      <View className="password-login__agreement">
        <AgreementTick isTicked={isAgreed} onToggle={() => setAgreed(!isAgreed)} />
      </View>
      <View className="password-login__others">
        <ActionButton look="plain" label={own.forgotten} onPress={() => void openPage('password-reset')} />
        <ActionButton look="plain" label={loginWords.notNow} onPress={leave} />
      </View>
      {unagreed && <AgreementSheet onAgree={agree} onRefuse={() => setUnagreed(null)} />}
    </Screen>
  )
}
