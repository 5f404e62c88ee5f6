import { View } from '@tarojs/components'
import { useWords } from '../../i18n/index.ts'
import './how-login-works.css'
import { words } from './strings.ts'

/** The steps of a login, for who wants to know. */
export function LoginWalk() {
  const { walk, walkTitle } = useWords(words)
  return (
    <View className="card">
      <View className="card__title">{walkTitle}</View>
      <View className="login-walk">
        {walk.map(({ title, body }, index) => (
          <View key={title} className="login-walk__step">
            <View className="login-walk__number">{index + 1}</View>
            <View className="login-walk__words">
              <View className="login-walk__title">{title}</View>
              <View className="login-walk__body">{body}</View>
            </View>
          </View>
        ))}
      </View>
    </View>
  )
}
