import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Checkbox } from '../../components/checkbox.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useQuery } from '../../hooks/use-query.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { alert, confirm } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { loadDataPractices } from '../api.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { openMe } from '../lib/navigation.ts'
import { deletedData } from '../lib/personal-data-strings.ts'
import { strings } from './strings.ts'

/** Deletes the account after a checkbox, a confirm dialog and a proof of the user, which `send` obtains. */
export function DeleteCard({ send }: { send: () => Promise<unknown> }) {
  const { language } = useMessages()
  const t = useStrings(strings)
  const { session } = useSession()
  // Until the API says otherwise, the user is told of more that stays rather than of less.
  const { value: practices } = useQuery(() => loadDataPractices(session))
  const [isUnderstood, setUnderstood] = useState(false)
  const deletion = useMutation(async () => {
    await send()
    session.clearAccount()
    await openMe()
    await alert({ title: t.deletedTitle, body: t.deletedBody, dismiss: t.deletedDismiss })
  })
  const code = errorCodeOf(deletion.error)

  async function confirmDeletion() {
    const dialog = {
      title: t.deleteTitle,
      body: t.deleteQuestion,
      confirm: t.deleteConfirm,
      cancel: t.deleteCancel,
      isDangerous: true,
    }
    if (await confirm(dialog)) await deletion.run()
  }

  return (
    <View className="card">
      <View className="card__title">{t.deleteHead}</View>
      <View className="card__body">{t.deleteBody}</View>
      <List title={t.deletedItemsTitle} items={t.deletedItems(deletedData(language))} />
      <List
        title={t.keptItemsTitle}
        items={practices?.sealedLogs === false ? t.keptItems : [...t.keptItems, t.sealedLogs]}
      />
      <View className="data__checkbox">
        <Checkbox label={t.understood} checked={isUnderstood} onToggle={() => setUnderstood(!isUnderstood)} />
      </View>
      {deletion.error !== null && (
        <ErrorMessage error={deletion.error} message={code && t.deleteErrors[code]} />
      )}
      <ActionButton
        variant="danger"
        label={t.deleteAccount}
        loading={deletion.isPending}
        disabled={!isUnderstood}
        onTap={() => void confirmDeletion()}
      />
    </View>
  )
}

function List({ title, items }: { title: string; items: string[] }) {
  return (
    <View className="data__list">
      <View className="data__list-title">{title}</View>
      {items.map((item) => (
        <View key={item} className="data__item">
          {item}
        </View>
      ))}
    </View>
  )
}
