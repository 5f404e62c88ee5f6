import { View } from '@tarojs/components'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { takePendingConflict } from '../../pending-conflict.ts'
import { useWords } from '../../text/index.ts'
import { RequireLogin } from '../require-login.tsx'
import { Screen } from '../screen.tsx'
import { leavePage } from '../way-back.ts'
import { MergeOffer } from './merge-offer.tsx'
import './index.css'
import { words } from './words.ts'

/** Makes one account of two. Other pages lead here with what they ran into. */
export default function MergePage() {
  const own = useWords(words)
  const [conflict] = useState(takePendingConflict)
  const [isOver, setOver] = useState(false)
  return (
    <Screen title={own.title}>
      {conflict === null ? (
        <NoOffer title={own.emptyTitle} body={own.emptyBody} />
      ) : conflict.ticket === null ? (
        <NoOffer title={own.impossibleTitle} body={own.impossibleBody} />
      ) : !conflict.other.hasPassword && !conflict.other.hasWechat ? (
        <NoOffer title={own.impossibleTitle} body={own.unprovableBody} />
      ) : isOver ? (
        <NoOffer title={own.overTitle} body={own.overBody} />
      ) : (
        <RequireLogin why={own.why}>
          {(user) => (
            <MergeOffer
              user={user}
              ticket={conflict.ticket ?? ''}
              conflict={conflict}
              onOver={() => setOver(true)}
            />
          )}
        </RequireLogin>
      )}
    </Screen>
  )
}

/** Why there is nothing to be done here, and the way back. */
function NoOffer({ title, body }: { title: string; body: string }) {
  const { back } = useWords(words)
  return (
    <View className="card">
      <View className="card__title">{title}</View>
      <View className="card__body">{body}</View>
      <View className="merge__back">
        <ActionButton look="soft" label={back} onPress={() => void leavePage('merge')} />
      </View>
    </View>
  )
}
