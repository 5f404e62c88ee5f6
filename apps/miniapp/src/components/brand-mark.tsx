import { View } from '@tarojs/components'
import './brand-mark.css'

/** The sample's logo; replace it with yours. */
export function BrandMark() {
  return (
    <View className="brand-mark">
      <View className="brand-mark__sun" />
      <View className="brand-mark__branch" />
      <View className="brand-mark__twig" />
    </View>
  )
}
