import type { AccountExport } from '@repo/shared'
import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { useAction } from '../../hooks/use-mutation.ts'
import { dateTimeOf } from '../../i18n/format-user.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { tell } from '../../lib/dialogs.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { useProof } from '../components/password-prompt.tsx'
import { canShareFiles, copyProblemOf, copyText, removeFile, shareFile, writeFile } from './export-file.ts'
import { words } from './strings.ts'

/** The whole of it as text, and whether it lies in a file that can be sent. */
type Made = { account: AccountExport; text: string; isInFile: boolean }

/** Fetches all that is kept about a person, says what is in it, and lets them send or copy it. */
export function ExportCard() {
  const own = useWords(words)
  const { session } = useSession()
  const { withProof } = useProof()
  const [made, setMade] = useState<Made | null>(null)
  // Nothing of it is left behind on the phone.
  useEffect(() => removeFile, [])

  const making = useAction(async () => {
    const account = await withProof((proof) => session.request('POST /v1/me/export', { body: { proof } }))
    const text = JSON.stringify(account, null, 2)
    setMade({ account, text, isInFile: canShareFiles() && (await writeFile(text)) })
  })

  return (
    <View className="card">
      <View className="card__title">{own.exportTitle}</View>
      <View className="card__body">{own.exportBody}</View>
      <View className="leave__actions">
        {making.error !== null && <Notice error={making.error} words={madeTooOften(making.error, own)} />}
        {made ? (
          <Ready {...made} />
        ) : (
          <ActionButton
            look="soft"
            label={making.isBusy ? own.exporting : own.export}
            isBusy={making.isBusy}
            onPress={() => void making.run()}
          />
        )}
      </View>
    </View>
  )
}

const madeTooOften = (error: unknown, own: { exportTooOften: string }): string | undefined =>
  error instanceof ApiProblem && error.code === 'rate_limited' ? own.exportTooOften : undefined

/** WeChat lets a chat be chosen only right after a press, and the download took longer than that: a button of its own. */
function Ready({ account, text, isInFile }: Made) {
  const common = useText()
  const own = useWords(words)
  const sending = useAction(async () => {
    if (await shareFile(own.fileName)) tell(own.sent)
  })
  const copying = useAction(() => copyText(text))

  return (
    <>
      <View className="leave__summary">
        <Row name={own.exportedAt} value={dateTimeOf(account.exportedAt, common)} />
        <Row name={own.logins} value={own.count(account.sessions.length)} />
        <Row name={own.events} value={own.count(account.auditEvents.length)} />
        <Row name={own.wechats} value={own.count(account.wechatIdentities.length)} />
        <Row name={own.phone} value={account.user.phone === null ? own.isNotIn : own.isIn} />
      </View>
      {!isInFile && <View className="leave__hint">{own.copyOnly}</View>}
      {sending.error !== null && <Notice error={sending.error} words={own.sendFailed} />}
      {copying.error !== null && (
        <Notice error={copying.error} words={own.copyProblems[copyProblemOf(copying.error)]} />
      )}
      {isInFile && (
        <ActionButton
          look="primary"
          label={own.send}
          isBusy={sending.isBusy}
          onPress={() => void sending.run()}
        />
      )}
      <ActionButton look="soft" label={own.copy} isBusy={copying.isBusy} onPress={() => void copying.run()} />
    </>
  )
}
