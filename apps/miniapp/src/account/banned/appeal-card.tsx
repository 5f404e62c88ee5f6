import type { AccountProof, Appeal, BanNotice } from '@repo/shared'
import { Textarea, View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { formatDateTime } from '../../i18n/format-user.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { showToast } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { fileAppeal } from '../api.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import { strings } from './strings.ts'

/** As in the contract. */
const maxLength = 1000

type Props = {
  /** The latest appeal against this ban. */
  appeal: Appeal | null
  getProof: () => Promise<AccountProof>
  onChange: (notice: BanNotice) => void
}

/** The appeal under review, or a form for one. */
export function AppealCard({ appeal, getProof, onChange }: Props) {
  const messages = useMessages()
  const t = useStrings(strings)
  const { session } = useSession()
  const [text, setText] = useState('')
  const [isChecked, setChecked] = useState(false)
  const filing = useMutation(async () => {
    onChange(await fileAppeal(session, await getProof(), text))
    showToast(t.submitted)
  })
  const submit = useSubmitButton(filing, { idle: t.submit, pending: t.submitting })
  const isEmpty = text.trim() === ''

  if (appeal?.state === 'open')
    return (
      <View className="card">
        <View className="card__title">{t.openTitle}</View>
        <View className="card__body">{t.openBody(formatDateTime(appeal.createdAt, messages))}</View>
      </View>
    )

  function changeText(typed: string): void {
    filing.clearError()
    setText(typed)
  }
  function tapSubmit(): void {
    setChecked(true)
    if (!isEmpty) void filing.run()
  }

  return (
    <View className="card">
      <View className="card__title">{appeal ? t.rejectedTitle : t.appeal}</View>
      {appeal?.response && <View className="card__body">{t.response(appeal.response)}</View>}
      <View className="card__body">{t.appealBody}</View>
      <View className="banned__form">
        <Textarea
          className="banned__text"
          placeholder={appeal ? t.appealAgain : t.appealLabel}
          placeholderClass="field__placeholder"
          maxlength={maxLength}
          ariaLabel={t.appealLabel}
          onInput={({ detail }) => changeText(detail.value)}
        />
        {isChecked && isEmpty ? (
          <View className="field__error" ariaRole="alert">
            {t.appealEmpty}
          </View>
        ) : (
          <View className="field__hint">{t.appealHint(maxLength - [...text].length)}</View>
        )}
      </View>
      {filing.error !== null && (
        <ErrorMessage
          error={filing.error}
          message={errorCodeOf(filing.error) === 'rate_limited' ? t.tooOften : undefined}
        />
      )}
      <ActionButton variant="primary" {...submit} onTap={tapSubmit} />
    </View>
  )
}
