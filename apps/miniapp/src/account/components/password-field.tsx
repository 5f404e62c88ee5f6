import { useState } from 'react'
import { Field } from '../../components/field.tsx'
import { useWords } from '../../i18n/index.ts'
import { passwordWords } from '../lib/password-strings.ts'

type Props = {
  label: string
  onChange: (value: string) => void
  hint?: string
  problem?: string | null
}

/** A password, typed once: whoever wants to be sure looks at it. Nothing is cut off, since what is cut would be missed later. */
export function PasswordField(props: Props) {
  const words = useWords(passwordWords)
  const [isShown, setShown] = useState(false)
  return (
    <Field
      {...props}
      isPassword={!isShown}
      maxLength={-1}
      action={{ label: isShown ? words.hide : words.show, onPress: () => setShown(!isShown) }}
    />
  )
}
