import type { AccountProof, BanNotice as Notice } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { Row } from '../../components/row.tsx'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { deleteAccountWithProof, exportAccountWithProof } from '../api.ts'
import { SupportRow } from '../components/support-row.tsx'
import '../data/data.css'
import { DeleteCard } from '../data/delete-card.tsx'
import { ExportCard } from '../data/export-card.tsx'
import { AppealCard } from './appeal-card.tsx'
import { strings } from './strings.ts'

type Props = {
  notice: Notice
  getProof: () => Promise<AccountProof>
  onChange: (notice: Notice) => void
}

/** Reason and end of the ban, and what the user can do. Shows one of the cards at a time. */
export function BanNotice({ notice, getProof, onChange }: Props) {
  const messages = useMessages()
  const t = useStrings(strings)
  const { session } = useSession()
  const { reason, until, appeal } = notice
  const [section, setSection] = useState<'appeal' | 'export' | 'delete' | null>(null)
  // An appeal has a result to show.
  const showsAppeal = section === 'appeal' || (section === null && appeal !== null)

  return (
    <>
      <View className="card">
        <View className="card__title">{t.title}</View>
        <View className="card__body">{t.lead}</View>
        <Row label={t.reason} value={reason ?? t.noReason} />
        <Row label={t.until} value={until === null ? t.noEnd : formatDateTime(until, messages)} />
      </View>
      {showsAppeal && <AppealCard appeal={appeal} getProof={getProof} onChange={onChange} />}
      {section === 'export' && (
        <ExportCard load={async () => exportAccountWithProof(session, await getProof())} />
      )}
      {section === 'delete' && (
        <DeleteCard send={async () => deleteAccountWithProof(session, await getProof())} />
      )}
      <View className="card card--rows">
        {!showsAppeal && <Row label={t.appeal} onTap={() => setSection('appeal')} />}
        {section !== 'export' && <Row label={t.export} onTap={() => setSection('export')} />}
        {section !== 'delete' && <Row label={t.delete} isDangerous onTap={() => setSection('delete')} />}
        <SupportRow />
      </View>
    </>
  )
}
