import { View } from '@tarojs/components'
import Taro from '@tarojs/taro'
import { ActionButton } from '../../components/action-button.tsx'
import { BottomSheet } from '../../components/bottom-sheet.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { Row } from '../../components/row.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { SupportRow } from '../components/support-row.tsx'
import { legal } from '../legal.ts'
import { copyErrorKind, copyText } from '../lib/clipboard.ts'
import { strings as clipboardStrings } from '../lib/clipboard-strings.ts'
import { strings } from './strings.ts'

type Props = { title: string; body: string; onClose: () => void }

/** The operator's channels for complaints and for requests about personal data. */
export function ContactSheet({ title, body, onClose }: Props) {
  const { common, language } = useMessages()
  const t = useStrings(strings)
  const copyErrors = useStrings(clipboardStrings)
  const { email, phone, address } = legal.contacts
  const copying = useMutation(() => copyText(email))

  return (
    <BottomSheet title={title} closeLabel={common.cancel} onClose={onClose}>
      <View className="bottom-sheet__body">{body}</View>
      {email && <Row label={t.email} value={email} onTap={() => void copying.run()} />}
      {phone && <Row label={t.phone} value={phone} onTap={() => void callPhone(phone)} />}
      {address[language] && <Row label={t.address} value={address[language]} />}
      <SupportRow />
      {copying.error !== null && (
        <ErrorMessage error={copying.error} message={copyErrors[copyErrorKind(copying.error)]} />
      )}
      <View className="bottom-sheet__secondary">
        <ActionButton variant="plain" label={t.close} onTap={onClose} />
      </View>
    </BottomSheet>
  )
}

/** The phone asks before it calls; the user may cancel. */
const callPhone = (phoneNumber: string): Promise<unknown> =>
  Taro.makePhoneCall({ phoneNumber }).catch(() => {})
