import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Sheet } from '../../components/bottom-sheet.tsx'
import { Notice } from '../../components/error-message.tsx'
import { useWait } from '../../hooks/use-countdown.ts'
import { useAction } from '../../hooks/use-mutation.ts'
import { useResource } from '../../hooks/use-query.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import type { PasswordQuestion } from '../../session/with-proof.ts'
import { codeOf } from '../lib/error-code.ts'
import { passwordWords } from '../lib/password-strings.ts'
import { words as wordsOfLogin } from '../login/strings.ts'
import { PasswordField } from './password-field.tsx'
import './password-sheet.css'
import { words } from './password-sheet-strings.ts'

type Props = PasswordQuestion & { onClose: () => void }

/** Asks for the password in place; a wrong one is said beside the field, and nothing else typed is lost. */
export function PasswordSheet({ prove, isWechatRejected, onClose }: Props) {
  const { common } = useText()
  const loginWords = useWords(wordsOfLogin)
  const own = useWords(words)
  const shared = useWords(passwordWords)
  const { session } = useSession()
  const [password, setPassword] = useState('')
  const [isMissed, setMissed] = useState(false)
  const me = useResource(() => session.load('GET /v1/me', {}))

  const proving = useAction(async (by: { password: string } | 'wechat') => {
    const rejection = await prove(by)
    if (rejection !== null) throw rejection
    onClose()
  })
  const wait = useWait(proving.error)
  const code = codeOf(proving.error)
  const isWrong = code === 'credentials_invalid'
  const canUseWechat = !isWechatRejected && me.value?.hasWechat === true

  function type(typed: string): void {
    proving.clearError()
    setMissed(false)
    setPassword(typed)
  }
  function confirm(): void {
    setMissed(password === '')
    if (password !== '') void proving.run({ password })
  }
  /** What is on its way is waited for: the operation may be done by it. */
  function cancel(): void {
    if (!proving.isBusy) onClose()
  }

  return (
    <Sheet title={own.title} closeLabel={common.cancel} onClose={cancel}>
      <View className="sheet__body">{isWechatRejected ? own.bodyOtherWechat : own.body}</View>
      <View className="password-sheet__field">
        <PasswordField
          label={shared.password}
          onChange={type}
          problem={isMissed ? own.missed : isWrong ? own.wrong : null}
        />
      </View>
      {proving.error !== null && !isWrong && (
        <Notice error={proving.error} words={code === 'different_account' ? own.otherWechat : undefined} />
      )}
      <ActionButton
        look="primary"
        label={proving.isBusy ? own.confirming : wait > 0 ? loginWords.wait(wait) : own.confirm}
        isBusy={proving.isBusy}
        isIdle={wait > 0}
        onPress={confirm}
      />
      <View className="sheet__refuse">
        {canUseWechat && (
          <ActionButton
            look="plain"
            label={own.forgotten}
            isIdle={proving.isBusy || wait > 0}
            onPress={() => void proving.run('wechat')}
          />
        )}
        <ActionButton look="plain" label={common.cancel} isIdle={proving.isBusy} onPress={cancel} />
      </View>
    </Sheet>
  )
}
