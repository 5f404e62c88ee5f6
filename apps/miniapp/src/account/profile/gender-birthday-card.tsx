import type { User } from '@repo/shared'
import { Picker, View } from '@tarojs/components'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { errorMessage, useMessages, useStrings } from '../../i18n/index.ts'
import { legal } from '../legal.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import './gender-birthday-card.css'
import { strings } from './strings.ts'
import { today } from './today.ts'
import { type FailedChange, useProfileFields } from './use-profile-fields.ts'

/** In the order of the picker. */
const genders: User['gender'][] = [null, 'male', 'female']
/** The API's minimum. */
const earliestBirthday = '1900-01-01'
/** Where the picker starts without a birthday: closer to most birthdays than today. */
const defaultBirthday = '1995-01-01'

/** Optional fields that `legal.ts` states a purpose for. Each choice is saved at once. */
export function GenderBirthdayCard({ user }: { user: User }) {
  const fields = legal.profileFields
  const messages = useMessages()
  const t = useStrings(strings)
  const { shown, change, failedChange } = useProfileFields(user)
  const genderNames = genders.map((gender) => t.gender[gender ?? 'notSet'])
  const birthday = shown.birthday === null ? t.notSet : t.date(shown.birthday)

  if (!fields.gender && !fields.birthday) return null
  return (
    <View className="card card--rows">
      {fields.gender && (
        <Picker
          className="gender-birthday-card__picker"
          mode="selector"
          headerText={t.gender.label}
          range={genderNames}
          value={genders.indexOf(shown.gender)}
          onChange={({ detail }) => void change({ gender: genders[Number(detail.value)] ?? null })}
        >
          <Row label={t.gender.label} value={t.gender[shown.gender ?? 'notSet']} isInTappable />
        </Picker>
      )}
      {fields.birthday && (
        <Picker
          className="gender-birthday-card__picker"
          mode="date"
          headerText={t.birthday.label}
          start={earliestBirthday}
          end={today()}
          value={shown.birthday ?? defaultBirthday}
          onChange={({ detail }) => void change({ birthday: detail.value })}
        >
          <Row label={t.birthday.label} value={birthday} isInTappable />
        </Picker>
      )}
      {fields.birthday && shown.birthday !== null && (
        <Row label={t.birthday.clear} onTap={() => void change({ birthday: null })} />
      )}
      {failedChange && (
        <View className="gender-birthday-card__error">
          <ErrorMessage error={failedChange.error} message={failureMessage(failedChange)} />
        </View>
      )}
    </View>
  )

  function failureMessage({ change, error }: FailedChange): string {
    const field = 'gender' in change ? t.gender.label : t.birthday.label
    const code = errorCodeOf(error)
    // The server may have saved it; the next reload shows.
    if (code === 'request_timeout' || code === 'request_interrupted') return t.changeUncertain(field)
    return t.changeFailed(
      field,
      code === 'invalid_request' ? t.birthday.invalid : errorMessage(error, messages),
    )
  }
}
