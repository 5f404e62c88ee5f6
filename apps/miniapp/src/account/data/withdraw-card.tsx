import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { alert, confirm, showToast } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { deleteAccount, withdrawConsent } from '../api.ts'
import { useProof } from '../components/password-prompt.tsx'
import { openMe } from '../lib/navigation.ts'
import { strings } from './strings.ts'
import { withdrawStrings } from './withdraw-strings.ts'

/** Withdraws the consent after a confirm dialog and a proof, or deletes the account too: 个人信息保护法 47 (3). */
export function WithdrawCard() {
  const t = useStrings(withdrawStrings)
  const deletion = useStrings(strings)
  const { session } = useSession()
  const { withProof } = useProof()
  const withdrawal = useMutation(async () => {
    await withProof((proof) => withdrawConsent(session, proof))
    session.clear()
    await openMe()
    showToast(t.done)
  })
  const deleting = useMutation(async () => {
    await withProof((proof) => deleteAccount(session, proof))
    session.clearAccount()
    await openMe()
    const { deletedTitle: title, deletedBody: body, deletedDismiss: dismiss } = deletion
    await alert({ title, body, dismiss })
  })
  const isPending = withdrawal.isPending || deleting.isPending
  const error = withdrawal.error ?? deleting.error

  async function confirmDeletion() {
    deleting.clearError()
    withdrawal.clearError()
    const { deleteTitle: title, deleteQuestion: body, deleteConfirm, deleteCancel } = deletion
    const dialog = { title, body, confirm: deleteConfirm, cancel: deleteCancel, isDangerous: true }
    if (await confirm(dialog)) await deleting.run()
  }

  async function confirmWithdrawal() {
    deleting.clearError()
    if (await confirm({ ...t.dialog, isDangerous: true })) await withdrawal.run()
  }

  return (
    <View className="card">
      <View className="card__title">{t.title}</View>
      <View className="card__body">{t.body}</View>
      <View className="card__body">{t.wechat}</View>
      <View className="data__actions">
        {error !== null && <ErrorMessage error={error} />}
        <ActionButton
          variant="soft"
          label={t.title}
          loading={withdrawal.isPending}
          disabled={isPending}
          onTap={() => void confirmWithdrawal()}
        />
        <ActionButton
          variant="danger"
          label={t.withDeletion}
          loading={deleting.isPending}
          disabled={isPending}
          onTap={() => void confirmDeletion()}
        />
      </View>
    </View>
  )
}
