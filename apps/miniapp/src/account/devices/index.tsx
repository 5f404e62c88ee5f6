import type { SessionInfo } from '@repo/shared'
import { View } from '@tarojs/components'
import { useState } from 'react'
import { AsyncContent } from '../../components/async-content.tsx'
import { useOnReturn } from '../../hooks/use-on-return.ts'
import { useQuery } from '../../hooks/use-query.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { useSession } from '../../session/index.ts'
import { loadDevices } from '../api.ts'
import { AccountScreen } from '../components/account-screen.tsx'
import { RequireLogin } from '../components/require-login.tsx'
import { Skeleton } from '../components/skeleton.tsx'
import { Device } from './device.tsx'
import './devices.css'
import { LogoutEverywhere } from './logout-everywhere.tsx'
import { strings } from './strings.ts'

/** The user's devices, which they can log out one by one or all at once. */
export default function DevicesPage() {
  const { me } = useMessages()
  const { why } = useStrings(strings)
  return (
    <AccountScreen title={me.devices}>
      <RequireLogin why={why}>{() => <Devices />}</RequireLogin>
    </AccountScreen>
  )
}

function Devices() {
  const { session } = useSession()
  const devices = useQuery(() => loadDevices(session))
  useOnReturn(devices.reload)
  return (
    <AsyncContent query={devices} skeleton={<Skeleton rows={3} />}>
      {({ sessions }) => <DeviceList sessions={sessions} />}
    </AsyncContent>
  )
}

function DeviceList({ sessions }: { sessions: SessionInfo[] }) {
  const { onlyThis } = useStrings(strings)
  const [removedIds, setRemovedIds] = useState<string[]>([])
  const isAlone = sessions.every(({ id, isCurrent }) => isCurrent || removedIds.includes(id))
  const currentFirst = [...sessions].sort((one, other) => Number(other.isCurrent) - Number(one.isCurrent))

  return (
    <>
      <View className="card card--rows">
        {currentFirst.map((device) => (
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
