import { View } from '@tarojs/components'
import { useText } from '../text/index.ts'
import './login-walk.css'

/** The steps of a login, told to the person who is about to do it. */
export function LoginWalk() {
  const { home } = useText()
  return (
    <View className="card">
      <View className="card__title">{home.walkTitle}</View>
      <View className="login-walk">
        {home.walk.map(({ title, body }, index) => (
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
