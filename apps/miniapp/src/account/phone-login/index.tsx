import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { useStrings } from '../../i18n/index.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { AgreementCheckbox } from '../components/agreement-checkbox.tsx'
import { closePage, closePhoneLogin } from '../lib/navigation.ts'
import '../login/login.css'
import { LoginMessage } from '../login/login-message.tsx'
import { PhoneLogin } from '../login/phone-login.tsx'
import { SharedAccountSheet } from '../login/shared-account-sheet.tsx'
import { strings as loginStrings } from '../login/strings.ts'
import { useLogin } from '../login/use-login.ts'

const strings = {
  zh_CN: { title: '手机号登录', lead: '使用微信授权的手机号登录' },
  en: { title: 'Phone login', lead: 'Log in with a phone number that you share in WeChat.' },
}

/** The login page opens this page where `PHONE_BUTTON_PLACE` is `page`. */
export default function PhoneLoginPage() {
  const t = useStrings(strings)
  const { notNow } = useStrings(loginStrings)
  const login = useLogin({ onLogin: closePhoneLogin, onLeave: () => closePage('phone-login') })
  const [isAgreed, setAgreed] = useState(false)
  return (
    <AccountScreen title={t.title}>
      <LoginMessage
        error={login.error}
        isPhoneDenied={login.isPhoneDenied}
        onNotMine={login.dismissConflict}
        lead={t.lead}
      />
      <PhoneLogin login={login} variant="primary" isAgreed={isAgreed} onAgree={() => setAgreed(true)} />
      <AgreementCheckbox checked={isAgreed} onToggle={() => setAgreed(!isAgreed)} />
      {login.question && <SharedAccountSheet {...login.question} onClose={login.closeQuestion} />}
      <View className="login__others">
        <ActionButton variant="plain" label={notNow} onTap={login.leave} />
      </View>
    </AccountScreen>
  )
}
