import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { BottomSheet } from '../../components/bottom-sheet.tsx'
import { Row } from '../../components/row.tsx'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { PhoneButton } from '../components/phone-button.tsx'
import type { PhoneNumberResult } from '../lib/phone-number-result.ts'
import { strings } from './strings.ts'

type Props = {
  /** Such as `138******00`. */
  phoneMasked: string
  /** Whether the user needs the number. */
  choice: string | null | undefined
  isPending: boolean
  isRemovable: boolean
  /** A new number that the user chose. */
  onResult: (result: PhoneNumberResult) => void
  onRemove: () => void
}

export function BoundNumber({ phoneMasked, choice, isPending, isRemovable, onResult, onRemove }: Props) {
  const { common } = useMessages()
  const t = useStrings(strings)
  const [isChanging, setChanging] = useState(false)
  const close = () => setChanging(false)

  return (
    <>
      <View className="card">
        <View className="phone-card__caption">{t.bound}</View>
        <View className="phone-card__number">{isPending ? t.pending : phoneMasked}</View>
        <View className="phone-card__note">{t.purpose}</View>
        <View className="phone-card__note">{t.storage}</View>
        {choice && <View className="phone-card__note">{choice}</View>}
      </View>
      <View className="card card--rows">
        <Row label={t.change} onTap={() => !isPending && setChanging(true)} />
        {isRemovable && <Row label={t.remove} isDangerous onTap={() => !isPending && onRemove()} />}
      </View>
      {isChanging && (
        <BottomSheet title={t.changeTitle} closeLabel={common.cancel} onClose={close}>
          <View className="bottom-sheet__body">{t.changeBody}</View>
          <View className="phone-card__choose">
            <PhoneButton
              variant="primary"
              label={t.chooseNew}
              onResult={(result) => {
                close()
                onResult(result)
              }}
            />
          </View>
          <View className="bottom-sheet__secondary">
            <ActionButton variant="plain" label={common.cancel} onTap={close} />
          </View>
        </BottomSheet>
      )}
    </>
  )
}
