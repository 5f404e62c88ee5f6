import { useText } from '../text/index.ts'
import { AgreementLinks } from './agreement-links.tsx'
import { Tick } from './tick.tsx'

/** The consent that a login needs; the person gives it, so it starts without a tick. */
export function AgreementTick({ isTicked, onToggle }: { isTicked: boolean; onToggle: () => void }) {
  const { login } = useText()
  return (
    <Tick label={login.agree} isTicked={isTicked} onToggle={onToggle}>
      <AgreementLinks />
    </Tick>
  )
}
