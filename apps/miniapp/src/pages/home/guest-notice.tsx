import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { TextLink } from '../../components/text-link.tsx'
import { useStrings } from '../../i18n/index.ts'
import { isGuestNoticeDue, rememberGuestNotice } from '../../lib/guest-notice.ts'
import { openPage } from '../../lib/navigation.ts'
import { useSession } from '../../session/index.ts'
import './guest-notice.css'
import { strings } from './guest-notice-strings.ts'

/** Informs a guest once about both documents, where `guestNotice` is on. Asks for nothing, so it covers nothing. */
export function GuestNotice() {
  const t = useStrings(strings)
  const { state } = useSession()
  const [isOpen, setOpen] = useState(isGuestNoticeDue)
  const isShown = isOpen && state.kind === 'guest'

  useEffect(() => {
    if (isShown) rememberGuestNotice()
  }, [isShown])

  if (!isShown) return null
  return (
    <View className="card">
      <View className="card__title">{t.title}</View>
      <View className="card__body">{t.body}</View>
      <View className="guest-notice__links">
        <TextLink label={t.agreement} onTap={() => void openPage('agreement')} />
        <TextLink label={t.privacy} onTap={() => void openPage('privacy')} />
      </View>
      <View className="guest-notice__action">
        <ActionButton variant="soft" label={t.dismiss} onTap={() => setOpen(false)} />
      </View>
    </View>
  )
}
