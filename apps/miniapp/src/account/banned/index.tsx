import type { AccountProof, BanNotice as Notice } from '@repo/shared'
import { View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { ActionButton } from '../../components/action-button.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { pageIndex } from '../../lib/navigation.ts'
import { useSession } from '../../session/index.ts'
import { loadBanNotice } from '../api.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { errorCodeOf } from '../lib/error-code.ts'
import { useSubmitButton } from '../lib/use-submit-button.ts'
import { BanNotice } from './ban-notice.tsx'
import './banned.css'
import { PasswordProof } from './password-proof.tsx'
import { strings } from './strings.ts'

type Credentials = { username: string; password: string }

/** Why an account is banned, to its user alone: a banned user has no session, so a proof comes with each request. */
export default function BannedPage() {
  const t = useStrings(strings)
  const { session } = useSession()
  // On top of the password login, the ban is about the account of that login.
  const [usesPassword, setUsesPassword] = useState(() => pageIndex('password-login') >= 0)
  const [credentials, setCredentials] = useState<Credentials | null>(null)
  const [notice, setNotice] = useState<Notice | null>(null)

  /** A code of wx.login works once, so each request gets a fresh one. */
  const getProof = async (typed = credentials): Promise<AccountProof> =>
    typed ?? (await session.getLoginCode())

  const loading = useMutation(async (typed: Credentials | null) => {
    setNotice(await loadBanNotice(session, await getProof(typed)))
    // Only now: a rejected password must not be sent again.
    setCredentials(typed)
  })
  const retry = useSubmitButton(loading, { idle: t.useWechat, pending: t.loading })
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    if (!usesPassword) void loading.run(null)
  }, [])

  const code = errorCodeOf(loading.error)
  const hasNoBan = code === 'not_found' || code === 'not_banned'

  function switchProof(): void {
    loading.clearError()
    setUsesPassword(!usesPassword)
  }

  return (
    <AccountScreen title={t.title}>
      {notice ? (
        <BanNotice notice={notice} getProof={getProof} onChange={setNotice} />
      ) : usesPassword ? (
        <PasswordProof loading={loading} onSwitch={switchProof} />
      ) : (
        <View className="card">
          <View className="card__title">{t.proofTitle}</View>
          <View className="banned__actions">
            {loading.error !== null && (
              <ErrorMessage error={loading.error} message={hasNoBan ? t.noBanHere : undefined} />
            )}
            <ActionButton
              variant={hasNoBan ? 'soft' : 'primary'}
              {...retry}
              onTap={() => void loading.run(null)}
            />
            <ActionButton variant="plain" label={t.usePassword} onTap={switchProof} />
          </View>
        </View>
      )}
    </AccountScreen>
  )
}
