import { Tick } from '../../components/tick.tsx'
import { useWords } from '../../text/index.ts'
import { AgreementLinks } from './agreement-links.tsx'
import { words } from './words.ts'

/** The consent that a login needs; the person gives it, so it starts without a tick. */
export function AgreementTick({ isTicked, onToggle }: { isTicked: boolean; onToggle: () => void }) {
  const login = useWords(words)
  return (
    <Tick label={login.agree} isTicked={isTicked} onToggle={onToggle}>
      <AgreementLinks />
    </Tick>
  )
}
