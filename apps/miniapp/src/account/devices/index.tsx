import type { SessionInfo } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { Loaded } from '../../components/async-content.tsx'
import { useReturn } from '../../hooks/use-on-return.ts'
import { useResource } from '../../hooks/use-query.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { Screen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { Device } from './device.tsx'
import './devices.css'
import { LogoutEverywhere } from './logout-everywhere.tsx'
import { words } from './strings.ts'

/** Where one is logged in, with the way to end what is not one's own. */
export default function DevicesPage() {
  const { me } = useText()
  const { why } = useWords(words)
  return (
    <Screen title={me.devices}>
      <RequireLogin why={why}>{() => <Devices />}</RequireLogin>
    </Screen>
  )
}

function Devices() {
  const { session } = useSession()
  const devices = useResource(() => session.load('GET /v1/me/sessions', {}))
  useReturn(devices.reload)
  return (
    <Loaded resource={devices} skeleton={<Skeleton rows={3} />}>
      {({ sessions }) => <DeviceList sessions={sessions} />}
    </Loaded>
  )
}

function DeviceList({ sessions }: { sessions: SessionInfo[] }) {
  const { onlyThis } = useWords(words)
  // They are out of view at once, and come back where the server does not follow.
  const [removedIds, setRemovedIds] = useState<string[]>([])
  const isAlone = sessions.every(({ id, isCurrent }) => isCurrent || removedIds.includes(id))
  const thisFirst = [...sessions].sort((one, other) => Number(other.isCurrent) - Number(one.isCurrent))

  return (
    <>
      <View className="card card--rows">
        {thisFirst.map((device) => (
          <Device
            key={device.id}
            device={device}
            isRemoved={removedIds.includes(device.id)}
            onRemove={() => setRemovedIds((ids) => [...ids, device.id])}
            onUndo={() => setRemovedIds((ids) => ids.filter((id) => id !== device.id))}
          />
        ))}
      </View>
      {isAlone && <View className="devices__hint">{onlyThis}</View>}
      <LogoutEverywhere />
    </>
  )
}
