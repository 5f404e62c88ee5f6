import { View } from '@tarojs/components'
import { useStrings } from '../../i18n/index.ts'
import './how-login-works.css'
import { strings } from './strings.ts'

export function HowLoginWorks() {
  const { howLoginWorks, steps } = useStrings(strings)
  return (
    <View className="card">
      <View className="card__title">{howLoginWorks}</View>
      <View className="how-login-works">
        {steps.map(({ title, body }, index) => (
          <View key={title} className="how-login-works__step">
            <View className="how-login-works__number">{index + 1}</View>
            <View className="how-login-works__text">
              <View className="how-login-works__title">{title}</View>
              <View className="how-login-works__body">{body}</View>
            </View>
          </View>
        ))}
      </View>
    </View>
  )
}
