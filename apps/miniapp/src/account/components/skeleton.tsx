import { View } from '@tarojs/components'
import { useStrings } from '../../i18n/index.ts'
import './skeleton.css'

const strings = { zh_CN: { loading: '正在加载' }, en: { loading: 'Loading' } }

/** A placeholder for a card that loads. */
export function Skeleton({ rows }: { rows: number }) {
  const { loading } = useStrings(strings)
  return (
    <View className="card card--rows" ariaRole="progressbar" ariaLabel={loading}>
      {Array.from(Array(rows).keys(), (row) => (
        <View key={row} className="skeleton__row">
          <View className="skeleton__bar" />
          <View className="skeleton__bar skeleton__bar--short" />
        </View>
      ))}
    </View>
  )
}
