import { Checkbox } from '../../components/checkbox.tsx'
import { useStrings } from '../../i18n/index.ts'
import { AgreementLinks } from './agreement-links.tsx'
import { strings } from './agreement-strings.ts'

/** The consent that a login needs. Unchecked at first: the law wants the user to check it. */
export function AgreementCheckbox({ checked, onToggle }: { checked: boolean; onToggle: () => void }) {
  const t = useStrings(strings)
  return (
    <Checkbox label={t.agree} checked={checked} onToggle={onToggle}>
      <AgreementLinks />
    </Checkbox>
  )
}
