import { Tick } from '../../components/checkbox.tsx'
import { useWords } from '../../i18n/index.ts'
import { words } from '../login/strings.ts'
import { AgreementLinks } from './agreement-links.tsx'

/** The consent that a login needs; the person gives it, so it starts without a tick. */
export function AgreementTick({ isTicked, onToggle }: { isTicked: boolean; onToggle: () => void }) {
  const login = useWords(words)
  return (
    <Tick label={login.agree} isTicked={isTicked} onToggle={onToggle}>
      <AgreementLinks />
    </Tick>
  )
}
