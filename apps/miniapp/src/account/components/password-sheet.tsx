import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { BottomSheet } from '../../components/bottom-sheet.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useQuery } from '../../hooks/use-query.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import type { PasswordPrompt } from '../../session/with-proof.ts'
import { loadMe } from '../api.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { passwordStrings } from '../lib/password-strings.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import { PasswordField } from './password-field.tsx'
import './password-sheet.css'
import { strings } from './password-sheet-strings.ts'

type Props = PasswordPrompt & { onClose: () => void }

/** Prompts for the password on top of the page. A wrong password keeps the sheet open. */
export function PasswordSheet({ prove, isWechatRejected, onClose }: Props) {
  const { common } = useMessages()
  const t = useStrings(strings)
  const shared = useStrings(passwordStrings)
  const { session } = useSession()
  const [password, setPassword] = useState('')
  const [isEmpty, setEmpty] = useState(false)
  const me = useQuery(() => loadMe(session))

  const proving = useMutation(async (by: { password: string } | 'wechat') => {
    const proofError = await prove(by)
    if (proofError !== null) throw proofError
    onClose()
  })
  const submit = useSubmitButton(proving, { idle: t.confirm, pending: t.confirming })
  const code = errorCodeOf(proving.error)
  const isWrong = code === 'credentials_invalid'
  const canUseWechat = !isWechatRejected && me.value?.hasWechat === true

  function changePassword(typed: string): void {
    proving.clearError()
    setEmpty(false)
    setPassword(typed)
  }
  function confirm(): void {
    setEmpty(password === '')
    if (password !== '') void proving.run({ password })
  }
  /** Ignored while pending: the request may still succeed. */
  function cancel(): void {
    if (!proving.isPending) onClose()
  }

  return (
    <BottomSheet title={t.title} closeLabel={common.cancel} onClose={cancel}>
      <View className="bottom-sheet__body">{isWechatRejected ? t.bodyOtherWechat : t.body}</View>
      <View className="password-sheet__field">
        <PasswordField
          label={shared.password}
          onChange={changePassword}
          error={isEmpty ? t.empty : isWrong ? t.wrong : null}
        />
      </View>
      {proving.error !== null && !isWrong && (
        <ErrorMessage
          error={proving.error}
          message={code === 'different_account' ? t.otherWechat : undefined}
        />
      )}
      <ActionButton variant="primary" {...submit} onTap={confirm} />
      <View className="bottom-sheet__secondary">
        {canUseWechat && (
          <ActionButton
            variant="plain"
            label={t.forgotPassword}
            disabled={proving.isPending || submit.disabled}
            onTap={() => void proving.run('wechat')}
          />
        )}
        <ActionButton variant="plain" label={common.cancel} disabled={proving.isPending} onTap={cancel} />
      </View>
    </BottomSheet>
  )
}
