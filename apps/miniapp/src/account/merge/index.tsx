import type { Conflict } from '@repo/shared'
import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { mentionsSupport } from '../../components/support-link.tsx'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { useObservable } from '../../lib/observable.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { NotMyAccount } from '../components/not-my-account.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { clearMergeOffer, mergeOffer } from '../lib/merge-offer.ts'
import { closePage } from '../lib/navigation.ts'
import './merge.css'
import { MergeOffer } from './merge-offer.tsx'
import { strings } from './strings.ts'

/** Merges two accounts. Other pages open it with their conflict, also while it is open. */
export default function MergePage() {
  const t = useStrings(strings)
  const conflict = useObservable(mergeOffer)
  useEffect(() => () => clearMergeOffer(conflict), [conflict])
  return (
    <AccountScreen title={t.title}>
      {conflict === null ? (
        <NoOffer title={t.emptyTitle} body={t.emptyBody} />
      ) : (
        // Remounts for the next offer, so that no typed password remains.
        <Offer key={conflict.ticket} conflict={conflict} />
      )}
    </AccountScreen>
  )
}

function Offer({ conflict }: { conflict: Conflict }) {
  const t = useStrings(strings)
  const [isExpired, setExpired] = useState(false)
  const [isNotMine, setNotMine] = useState(false)
  const { ticket } = conflict
  if (ticket === null) return <NoOffer title={t.impossibleTitle} body={t.impossibleBody} />
  if (isNotMine) return <NotMyAccount onClose={() => void closePage('merge')} />
  if (isExpired) return <NoOffer title={t.expiredTitle} body={t.expiredBody} />
  return (
    <RequireLogin why={t.why}>
      {(user) => (
        <MergeOffer
          user={user}
          ticket={ticket}
          conflict={conflict}
          onExpire={() => setExpired(true)}
          onNotMine={() => setNotMine(true)}
        />
      )}
    </RequireLogin>
  )
}

/** Why there is nothing to merge, with a back button. */
function NoOffer({ title, body }: { title: string; body: string }) {
  const messages = useMessages()
  const { back } = useStrings(strings)
  return (
    <View className="card">
      <View className="card__title">{title}</View>
      <View className="card__body">{body}</View>
      <View className="merge__back">
        {mentionsSupport(body, messages) && (
          <ActionButton variant="primary" label={messages.support} wechat={{ openType: 'contact' }} />
        )}
        <ActionButton variant="soft" label={back} onTap={() => void closePage('merge')} />
      </View>
    </View>
  )
}
