import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { confirm, showToast } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { logOutEverywhere } from '../api.ts'
import { useProof } from '../components/password-prompt.tsx'
import { openMe } from '../lib/navigation.ts'
import { strings } from './strings.ts'

/** Logs the user out on all devices, including this one. */
export function LogoutEverywhere() {
  const t = useStrings(strings)
  const { session } = useSession()
  const { withProof } = useProof()

  const logout = useMutation(async () => {
    await withProof((proof) => logOutEverywhere(session, proof))
    session.clear()
    await openMe()
    showToast(t.everywhereDone)
  })

  async function confirmLogout() {
    const dialog = {
      title: t.everywhereTitle,
      body: t.everywhereBody,
      confirm: t.everywhereConfirm,
      cancel: t.cancel,
      isDangerous: true,
    }
    if (await confirm(dialog)) await logout.run()
  }

  return (
    <View className="card">
      <View className="devices__everywhere">{t.everywhereLead}</View>
      {logout.error !== null && <ErrorMessage error={logout.error} />}
      <ActionButton
        variant="soft"
        label={t.everywhere}
        loading={logout.isPending}
        onTap={() => void confirmLogout()}
      />
    </View>
  )
}
