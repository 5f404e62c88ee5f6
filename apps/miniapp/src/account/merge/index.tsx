import type { Conflict } from '@repo/shared'
import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { useWords } from '../../i18n/index.ts'
import { useObservable } from '../../lib/observable.ts'
import { Screen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { forgetConflict, pendingConflict } from '../lib/merge-offer.ts'
import { leavePage } from '../lib/navigation.ts'
import { MergeOffer } from './merge-offer.tsx'
import './merge.css'
import { words } from './strings.ts'

/** Makes one account of two. Other pages lead here with what they ran into, also while this one is open. */
export default function MergePage() {
  const own = useWords(words)
  const conflict = useObservable(pendingConflict)
  useEffect(() => () => forgetConflict(conflict), [conflict])
  return (
    <Screen title={own.title}>
      {conflict === null ? (
        <NoOffer title={own.emptyTitle} body={own.emptyBody} />
      ) : (
        // What was typed for one offer is not for the next.
        <Offer key={conflict.ticket} conflict={conflict} />
      )}
    </Screen>
  )
}

/** One offer: taken, or in words why it cannot be. */
function Offer({ conflict }: { conflict: Conflict }) {
  const own = useWords(words)
  const [isOver, setOver] = useState(false)
  const { ticket, other } = conflict
  if (ticket === null) return <NoOffer title={own.impossibleTitle} body={own.impossibleBody} />
  if (!other.hasPassword && !other.hasWechat)
    return <NoOffer title={own.impossibleTitle} body={own.unprovableBody} />
  if (isOver) return <NoOffer title={own.overTitle} body={own.overBody} />
  return (
    <RequireLogin why={own.why}>
      {(user) => <MergeOffer user={user} ticket={ticket} conflict={conflict} onOver={() => setOver(true)} />}
    </RequireLogin>
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
