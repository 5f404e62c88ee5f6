import type { Me } from '@repo/shared'
import { View } from '@tarojs/components'
import { Row } from '../../components/row.tsx'
import { useStrings } from '../../i18n/index.ts'
import { showToast } from '../../lib/dialogs.ts'
import { passwordStrings } from '../lib/password-strings.ts'
import { PasswordForm } from './password-form.tsx'
import { strings } from './strings.ts'

type Props = {
  user: Me
  isFormOpen: boolean
  onOpenForm: (isOpen: boolean) => void
  /** The username or password may have changed. */
  onChange: () => Promise<void>
}

export function PasswordCard({ user, isFormOpen, onOpenForm, onChange }: Props) {
  const t = useStrings(strings)
  const { username } = useStrings(passwordStrings)
  const hasPassword = user.username !== null

  async function handleSave(): Promise<void> {
    onOpenForm(false)
    showToast(t.passwordSaved)
    await onChange()
  }

  return (
    <>
      <View className="card card--rows">
        <Row label={username} value={user.username ?? t.isNotSet} />
        <Row
          label={t.password}
          value={hasPassword ? t.isSet : t.isNotSet}
          onTap={() => onOpenForm(!isFormOpen)}
        />
      </View>
      {isFormOpen && (
        // Remounts when a first password becomes a change, so that no typed text remains.
        <PasswordForm key={String(hasPassword)} user={user} onSave={handleSave} onOutdated={onChange} />
      )}
    </>
  )
}
