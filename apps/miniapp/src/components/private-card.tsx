import { View } from '@tarojs/components'
import { useState } from 'react'
import { useSession } from '../session/index.ts'
import { useText } from '../text/index.ts'
import { dateTimeOf, levelOf, timeOf } from '../text/user-words.ts'
import { ActionButton } from './action-button.tsx'
import { FactList } from './fact-list.tsx'
import { Notice } from './notice.tsx'
import './private-card.css'
import { useAction } from './use-action.ts'

/** Something that needs a login: asks a guest for it, and asks the server for everybody else. */
export function PrivateCard() {
  const text = useText()
  const { state, session } = useSession()
  const [askedAt, setAskedAt] = useState<Date | null>(null)
  const isGuest = state.kind === 'guest'
  const answer = state.kind === 'user' && askedAt ? { user: state.user, askedAt } : null

  // A guest logs in first, and then it is done.
  const asking = useAction(async () => {
    if (!(await session.requireLogin())) return
    session.showUser(await session.request('GET /v1/me', {}))
    setAskedAt(new Date())
  })

  return (
    <View className="card">
      <View className="private-card__head">
        <View className="card__title">{text.home.privateCardTitle}</View>
        {isGuest && <View className="private-card__hint">{text.home.privateCardGuestHint}</View>}
      </View>
      <View className="card__body">{text.home.privateCardBody}</View>
      {answer && (
        <View className="private-card__answer">
          <FactList
            facts={[
              { name: text.me.level, value: levelOf(answer.user, text) },
              { name: text.me.lastLoginAt, value: dateTimeOf(answer.user.lastLoginAt, text) },
            ]}
          />
          <View className="private-card__proof">{text.home.confirmedAt(timeOf(answer.askedAt))}</View>
        </View>
      )}
      <View className="private-card__action">
        {asking.error !== null && !isGuest && <Notice error={asking.error} />}
        <ActionButton
          look="soft"
          label={asking.isBusy ? text.home.asking : answer ? text.home.askAgain : text.home.ask}
          isBusy={asking.isBusy}
          onPress={() => void asking.run()}
        />
      </View>
    </View>
  )
}
