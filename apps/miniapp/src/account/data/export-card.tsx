import type { AccountExport } from '@repo/shared'
import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { showToast } from '../../lib/dialogs.ts'
import { copyErrorKind, copyText } from '../lib/clipboard.ts'
import { strings as clipboardStrings } from '../lib/clipboard-strings.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { canShareFiles, removeFile, shareFile, writeFile } from './export-file.ts'
import { strings } from './strings.ts'

type Exported = { account: AccountExport; text: string; isInFile: boolean }

/** Loads all data of the user with a proof, summarizes it, and lets them send or copy it. */
export function ExportCard({ load }: { load: () => Promise<AccountExport> }) {
  const t = useStrings(strings)
  const [exported, setExported] = useState<Exported | null>(null)
  // Leave no personal data in the phone's file system.
  useEffect(() => removeFile, [])

  const exporting = useMutation(async () => {
    const account = await load()
    const text = JSON.stringify(account, null, 2)
    setExported({ account, text, isInFile: canShareFiles() && (await writeFile(text)) })
  })
  const isRateLimited = errorCodeOf(exporting.error) === 'rate_limited'

  return (
    <View className="card">
      <View className="card__title">{t.exportTitle}</View>
      <View className="card__body">{t.exportBody}</View>
      <View className="data__actions">
        {exporting.error !== null && (
          <ErrorMessage error={exporting.error} message={isRateLimited ? t.exportTooOften : undefined} />
        )}
        {exported ? (
          <ExportResult {...exported} />
        ) : (
          <ActionButton
            variant="soft"
            label={exporting.isPending ? t.exporting : t.export}
            loading={exporting.isPending}
            onTap={() => void exporting.run()}
          />
        )}
      </View>
    </View>
  )
}

/** A separate send button: WeChat opens the chat list only directly after a tap, and the download takes longer. */
function ExportResult({ account, text, isInFile }: Exported) {
  const messages = useMessages()
  const t = useStrings(strings)
  const copyErrors = useStrings(clipboardStrings)
  const sending = useMutation(async () => {
    if (await shareFile(t.fileName)) showToast(t.sent)
  })
  const copying = useMutation(() => copyText(text))

  return (
    <>
      <View className="data__summary">
        <Row label={t.exportedAt} value={formatDateTime(account.exportedAt, messages)} />
        <Row label={messages.me.devices} value={t.count(account.sessions.length)} />
        <Row label={messages.me['login-history']} value={t.count(account.auditEvents.length)} />
        <Row label={t.wechatAccounts} value={t.count(account.wechatIdentities.length)} />
        <Row label={messages.me.phone} value={account.user.phone === null ? t.notIncluded : t.included} />
      </View>
      {!isInFile && <View className="data__hint">{t.copyOnly}</View>}
      {sending.error !== null && <ErrorMessage error={sending.error} message={t.sendFailed} />}
      {copying.error !== null && (
        <ErrorMessage error={copying.error} message={copyErrors[copyErrorKind(copying.error)]} />
      )}
      {isInFile && (
        <ActionButton
          variant="primary"
          label={t.send}
          loading={sending.isPending}
          onTap={() => void sending.run()}
        />
      )}
      <ActionButton
        variant="soft"
        label={t.copy}
        loading={copying.isPending}
        onTap={() => void copying.run()}
      />
    </>
  )
}
