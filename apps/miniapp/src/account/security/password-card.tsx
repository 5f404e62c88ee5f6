import type { Me } from '@repo/shared'
import { View } from '@tarojs/components'
import { Row } from '../../components/row.tsx'
import { useWords } from '../../i18n/index.ts'
import { tell } from '../../lib/dialogs.ts'
import { passwordWords } from '../lib/password-strings.ts'
import { PasswordForm } from './password-form.tsx'
import { words } from './strings.ts'

type Props = {
  user: Me
  isFormOpen: boolean
  onOpenForm: (isOpen: boolean) => void
  /** The account may have another username or password now. */
  onChange: () => Promise<void>
}

/** Whether there is a password, and the form that sets or changes it. */
export function PasswordCard({ user, isFormOpen, onOpenForm, onChange }: Props) {
  const own = useWords(words)
  const { username } = useWords(passwordWords)
  const hasPassword = user.username !== null

  async function saved(): Promise<void> {
    onOpenForm(false)
    tell(own.passwordSaved)
    await onChange()
  }

  return (
    <>
      <View className="card card--rows">
        <Row name={username} value={user.username ?? own.isNotSet} />
        <Row
          name={own.password}
          value={hasPassword ? own.isSet : own.isNotSet}
          onPress={() => onOpenForm(!isFormOpen)}
        />
      </View>
      {isFormOpen && (
        // The first password and another one are asked for differently, so nothing typed is carried over.
        <PasswordForm key={String(hasPassword)} user={user} onSave={saved} onOutdated={onChange} />
      )}
    </>
  )
}
