import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Notice } from '../../components/error-message.tsx'
import { levelOf, timeOf } from '../../i18n/format-user.ts'
import { useText } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import './protected-card.css'
import { useAction } from '../../hooks/use-mutation.ts'

/** Something that needs a login: asks a guest for it, and asks the server for everybody else. */
export function PrivateCard() {
  const text = useText()
  const { state, session } = useSession()
  const [asked, setAsked] = useState<{ userId: string; at: Date } | null>(null)
  const user = state.kind === 'user' ? state.user : null
  // What was confirmed for one person says nothing of the next.
  const answer = user && asked?.userId === user.id ? { user, askedAt: asked.at } : null

  // A guest logs in first, and then it is done.
  const asking = useAction(async () => {
    if (!(await session.requireLogin())) return
    const me = await session.request('GET /v1/me', {})
    session.showUser(me)
    setAsked({ userId: me.id, at: new Date() })
  })

  // What went wrong for one person, or ended their login, is over with the next login.
  // biome-ignore lint/correctness/useExhaustiveDependencies: clearing is the same at each rendering
  useEffect(() => asking.clearError(), [user?.id])

  return (
    <View className="card">
      <View className="private-card__head">
        <View className="card__title">{text.home.privateCardTitle}</View>
        {!user && <View className="private-card__hint">{text.home.privateCardGuestHint}</View>}
      </View>
      <View className="card__body">{text.home.privateCardBody}</View>
      {answer && (
        <View className="private-card__answer">
          {text.home.confirmed(timeOf(answer.askedAt), levelOf(answer.user, text))}
        </View>
      )}
      <View className="private-card__action">
        {asking.error !== null && user && <Notice error={asking.error} />}
        <ActionButton
          look="soft"
          label={text.home.ask}
          isBusy={asking.isBusy}
          onPress={() => void asking.run()}
        />
      </View>
    </View>
  )
}
