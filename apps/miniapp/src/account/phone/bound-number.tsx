import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Sheet } from '../../components/bottom-sheet.tsx'
import { Row } from '../../components/row.tsx'
import { useText, useWords } from '../../i18n/index.ts'
import { PhoneButton } from '../components/phone-button.tsx'
import type { PhoneAnswer } from '../lib/phone-number-result.ts'
import { words as allWords } from './strings.ts'

type Props = {
  /** Such as `138******00`. */
  phoneMasked: string
  isBusy: boolean
  /** The person was asked for another number. */
  onAnswer: (answer: PhoneAnswer) => void
  onRemove: () => void
}

/** The number that an account has. */
export function BoundNumber({ phoneMasked, isBusy, onAnswer, onRemove }: Props) {
  const { common } = useText()
  const words = useWords(allWords)
  const [isAsking, setAsking] = useState(false)
  const close = () => setAsking(false)

  return (
    <>
      <View className="card">
        <View className="phone-card__caption">{words.yours}</View>
        <View className="phone-card__number">{isBusy ? words.busy : phoneMasked}</View>
        <View className="phone-card__fact">{words.purpose}</View>
        <View className="phone-card__fact">{words.storage}</View>
      </View>
      <View className="card card--rows">
        <Row name={words.change} onPress={() => !isBusy && setAsking(true)} />
        <Row name={words.remove} isDangerous onPress={() => !isBusy && onRemove()} />
      </View>
      {isAsking && (
        <Sheet title={words.changeTitle} closeLabel={common.cancel} onClose={close}>
          <View className="sheet__body">{words.changeBody}</View>
          <View className="phone-card__choose">
            <PhoneButton
              look="primary"
              label={words.choose}
              onAnswer={(answer) => {
                close()
                onAnswer(answer)
              }}
            />
          </View>
          <View className="sheet__refuse">
            <ActionButton look="plain" label={common.cancel} onPress={close} />
          </View>
        </Sheet>
      )}
    </>
  )
}
