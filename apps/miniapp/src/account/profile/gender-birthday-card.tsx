import type { User } from '@repo/shared'
import { Picker, View } from '@tarojs/components'
import { Notice } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { useText, useWords, wordsFor } from '../../i18n/index.ts'
import { codeOf } from '../lib/error-code.ts'
import { today } from './today.ts'
import { type Undone, useChoices } from './use-profile-fields.ts'
import './gender-birthday-card.css'
import { words as allWords } from './strings.ts'

/** In the order of the wheel. */
const genders: User['gender'][] = [null, 'male', 'female']
/** The API's bound. */
const earliest = '1900-01-01'
/** Where the wheels stand for somebody who has not said: nearer to most birthdays than today. */
const usual = '1995-01-01'

/** What a person may say of themselves, or not: saved as soon as it is chosen. */
export function ChoicesCard({ user }: { user: User }) {
  const text = useText()
  const words = useWords(allWords)
  const { shown, choose, failure } = useChoices(user)
  const genderWords = genders.map((gender) => words.gender[gender ?? 'unsaid'])
  const birthday = shown.birthday === null ? words.unsaid : words.day(shown.birthday)

  return (
    <View className="card card--rows">
      <Picker
        className="choices-card__picker"
        mode="selector"
        headerText={words.gender.label}
        range={genderWords}
        value={genders.indexOf(shown.gender)}
        onChange={({ detail }) => void choose({ gender: genders[Number(detail.value)] ?? null })}
      >
        <Row name={words.gender.label} value={words.gender[shown.gender ?? 'unsaid']} isPressedAround />
      </Picker>
      <Picker
        className="choices-card__picker"
        mode="date"
        headerText={words.birthday.label}
        start={earliest}
        end={today()}
        value={shown.birthday ?? usual}
        onChange={({ detail }) => void choose({ birthday: detail.value })}
      >
        <Row name={words.birthday.label} value={birthday} isPressedAround />
      </Picker>
      {shown.birthday !== null && (
        <Row name={words.birthday.clear} onPress={() => void choose({ birthday: null })} />
      )}
      {failure && (
        <View className="choices-card__failure">
          <Notice error={failure.error} words={undone(failure)} />
        </View>
      )}
    </View>
  )

  function undone({ choice, error }: Undone): string {
    const name = 'gender' in choice ? words.gender.label : words.birthday.label
    const code = codeOf(error)
    // The server may have done it all the same; the next look at the account tells.
    if (code === 'request_timeout' || code === 'request_interrupted') return words.unanswered(name)
    return words.undone(name, code === 'invalid_request' ? words.birthday.refused : wordsFor(error, text))
  }
}
