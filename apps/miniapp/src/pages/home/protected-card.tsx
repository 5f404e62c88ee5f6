import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { formatTime, levelName } from '../../i18n/format-user.ts'
import { useMessages } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import './protected-card.css'

/** Content that needs a login: a guest logs in first, and then it loads. */
export function ProtectedCard() {
  const messages = useMessages()
  const { home } = messages
  const { state, session } = useSession()
  const [loaded, setLoaded] = useState<{ userId: string; at: Date } | null>(null)
  const user = state.kind === 'user' ? state.user : null
  // Never show one user's content to another user.
  const content = user && loaded?.userId === user.id ? { user, loadedAt: loaded.at } : null

  const loading = useMutation(async () => {
    // For a user, `request` asks for what is missing, and rejects when the user declines.
    if (!user && !(await session.requireLogin())) return
    const me = await session.request('GET /v1/me', {})
    session.updateUser(me)
    setLoaded({ userId: me.id, at: new Date() })
  })

  // The next login makes an earlier error obsolete.
  // biome-ignore lint/correctness/useExhaustiveDependencies: clearError is the same in each render
  useEffect(() => loading.clearError(), [user?.id])

  return (
    <View className="card">
      <View className="protected-card__head">
        <View className="card__title">{home.protectedCardTitle}</View>
        {!user && <View className="protected-card__hint">{home.protectedCardGuestHint}</View>}
      </View>
      <View className="card__body">{home.protectedCardBody}</View>
      {content && (
        <View className="protected-card__content">
          {home.updated(formatTime(content.loadedAt), levelName(content.user, messages))}
        </View>
      )}
      <View className="protected-card__action">
        {loading.error !== null && user && <ErrorMessage error={loading.error} />}
        <ActionButton
          variant="soft"
          label={home.load}
          loading={loading.isPending}
          onTap={() => void loading.run()}
        />
      </View>
    </View>
  )
}
