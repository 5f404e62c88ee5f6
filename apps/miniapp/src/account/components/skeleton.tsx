import { View } from '@tarojs/components'
import { useWords } from '../../i18n/index.ts'
import './skeleton.css'

/** The shape of a card with rows, while what belongs there is on its way. */
export function Skeleton({ rows }: { rows: number }) {
  const loading = useWords({ zh_CN: '正在加载', en: 'Loading' })
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
