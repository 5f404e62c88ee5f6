import { View } from '@tarojs/components'
import './text-link.css'

export const TextLink = ({ label, onTap }: { label: string; onTap: () => void }) => (
  <View className="text-link" ariaRole="link" onClick={() => onTap()}>
    {label}
  </View>
)
