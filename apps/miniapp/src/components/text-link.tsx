import { View } from '@tarojs/components'
import './text-link.css'

/** A link inside a sentence, or alone on a line of words. */
export const TextLink = ({ name, onPress }: { name: string; onPress: () => void }) => (
  <View className="text-link" ariaRole="link" onClick={() => onPress()}>
    {name}
  </View>
)
