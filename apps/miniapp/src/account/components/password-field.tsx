import { useState } from 'react'
import { Field } from '../../components/field.tsx'
import { useStrings } from '../../i18n/index.ts'
import { passwordStrings } from '../lib/password-strings.ts'

type Props = {
  label: string
  onChange: (value: string) => void
  hint?: string
  error?: string | null
}

/** The user types the password once and can show it. No length limit: a cut password would fail at the next login. */
export function PasswordField(props: Props) {
  const t = useStrings(passwordStrings)
  const [isShown, setShown] = useState(false)
  return (
    <Field
      {...props}
      isPassword={!isShown}
      maxLength={-1}
      action={{ label: isShown ? t.hide : t.show, onTap: () => setShown(!isShown) }}
    />
  )
}
