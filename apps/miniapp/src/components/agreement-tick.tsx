import { Text, View } from '@tarojs/components'
import { useText } from '../text/index.ts'
import { AgreementLinks } from './agreement-links.tsx'
import './agreement-tick.css'

/** The consent that a login needs; the person gives it, so it starts without a tick. */
export function AgreementTick({ isTicked, onToggle }: { isTicked: boolean; onToggle: () => void }) {
  const { login } = useText()
  return (
    <View className="agreement-tick">
      <View
        className="agreement-tick__target"
        ariaRole="checkbox"
        ariaLabel={login.agree}
        ariaChecked={isTicked}
        onClick={onToggle}
      >
        <View className={`agreement-tick__box${isTicked ? ' agreement-tick__box--ticked' : ''}`} />
      </View>
      <View className="agreement-tick__words">
        <Text onClick={onToggle}>{login.agree}</Text>
        <AgreementLinks />
      </View>
    </View>
  )
}
