import { View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { useAction } from '../../hooks/use-mutation.ts'
import { useWords } from '../../i18n/index.ts'
import { confirm, tell } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { useProof } from '../components/password-prompt.tsx'
import { openMe } from '../lib/navigation.ts'
import { words } from './strings.ts'

/** Ends the login on every device, this one too. */
export function LogoutEverywhere() {
  const own = useWords(words)
  const { session } = useSession()
  const { withProof } = useProof()

  const logout = useAction(async () => {
    await withProof((proof) => session.request('POST /v1/auth/logout-all', { body: { proof } }))
    session.forget()
    await openMe()
    tell(own.everywhereDone)
  })

  async function ask() {
    const question = {
      title: own.everywhereTitle,
      body: own.everywhereBody,
      confirm: own.everywhereConfirm,
      cancel: own.cancel,
      isDangerous: true,
    }
    if (await confirm(question)) await logout.run()
  }

  return (
    <View className="card">
      <View className="devices__everywhere">{own.everywhereLead}</View>
      {logout.error !== null && <Notice error={logout.error} />}
      <ActionButton look="soft" label={own.everywhere} isBusy={logout.isBusy} onPress={() => void ask()} />
    </View>
  )
}
