import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { confirm, showToast } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { withdrawConsent } from '../api.ts'
import { useProof } from '../components/password-prompt.tsx'
import { openMe } from '../lib/navigation.ts'
import { withdrawStrings } from './withdraw-strings.ts'

/** Withdraws the consent after a confirm dialog and a proof of the user, and logs out everywhere. */
export function WithdrawCard() {
  const t = useStrings(withdrawStrings)
  const { session } = useSession()
  const { withProof } = useProof()
  const withdrawal = useMutation(async () => {
    await withProof((proof) => withdrawConsent(session, proof))
    session.clear()
    await openMe()
    showToast(t.done)
  })

  async function confirmWithdrawal() {
    if (await confirm({ ...t.dialog, isDangerous: true })) await withdrawal.run()
  }

  return (
    <View className="card">
      <View className="card__title">{t.title}</View>
      <View className="card__body">{t.body}</View>
      <View className="card__body">{t.wechat}</View>
      {withdrawal.error !== null && <ErrorMessage error={withdrawal.error} />}
      <ActionButton
        variant="soft"
        label={t.title}
        loading={withdrawal.isPending}
        onTap={() => void confirmWithdrawal()}
      />
    </View>
  )
}
