import { View } from '@tarojs/components'
import './fact-list.css'

/** Names with their values, one below the other. */
export function FactList({ facts }: { facts: { name: string; value: string }[] }) {
  return (
    <View>
      {facts.map(({ name, value }) => (
        <View key={name} className="fact">
          <View className="fact__name">{name}</View>
          <View className="fact__value">{value}</View>
        </View>
      ))}
    </View>
  )
}
