import { View } from '@tarojs/components'
import { useUnload } from '@tarojs/taro'
import { useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { Row } from '../../components/row.tsx'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { showToast } from '../../lib/dialogs.ts'
import { answerConsent, openPage, requestedConsent } from '../../lib/navigation.ts'
import { applyDownloadedUpdate } from '../../lib/update.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { legal } from '../legal.ts'
import { currentConsent, hasRequiredDocuments } from '../lib/consent.ts'
import { closePage } from '../lib/navigation.ts'
import './consent.css'
import { strings } from './strings.ts'

/** Asks a logged-in user to agree to newer documents. Leaving the page by any other way declines. */
export default function ConsentPage() {
  const t = useStrings(strings)
  const [required] = useState(requestedConsent)
  useUnload(() => answerConsent(null))

  return (
    <AccountScreen title={t.title}>
      {required && !hasRequiredDocuments(required) ? <UpdateFirst /> : <Documents />}
    </AccountScreen>
  )
}

function Documents() {
  const { language } = useMessages()
  const t = useStrings(strings)
  const changes = [...legal.agreement.changes[language], ...legal.privacy.changes[language]]

  function accept(): void {
    answerConsent(currentConsent())
    void closePage('consent')
  }

  return (
    <>
      <View className="consent__heading">{t.heading}</View>
      <View className="consent__body">{t.body}</View>
      {changes.length > 0 && (
        <View className="card">
          <View className="card__title">{t.changes}</View>
          {changes.map((change) => (
            <View key={change} className="consent__change">
              {change}
            </View>
          ))}
        </View>
      )}
      <View className="card card--rows">
        <Row
          label={t.agreement}
          value={t.version(legal.agreement.version)}
          onTap={() => void openPage('agreement')}
        />
        <Row
          label={t.privacy}
          value={t.version(legal.privacy.version)}
          onTap={() => void openPage('privacy')}
        />
      </View>
      <View className="consent__actions">
        <ActionButton variant="primary" label={t.accept} onTap={accept} />
        <ActionButton variant="plain" label={t.decline} onTap={() => void closePage('consent')} />
      </View>
      <View className="consent__hint">{t.declineHint}</View>
    </>
  )
}

/** This version of the mini program does not contain the documents that the API requires. */
function UpdateFirst() {
  const t = useStrings(strings)

  function update(): void {
    if (!applyDownloadedUpdate()) showToast(t.updateNotReady)
  }

  return (
    <>
      <View className="consent__heading">{t.updateHeading}</View>
      <View className="consent__body">{t.updateBody}</View>
      <ActionButton variant="primary" label={t.update} onTap={update} />
      <ActionButton variant="plain" label={t.decline} onTap={() => void closePage('consent')} />
      <View className="consent__hint">{t.declineHint}</View>
    </>
  )
}
