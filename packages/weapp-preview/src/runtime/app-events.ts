import { onSettingsChange, readSettings, type Settings } from '../shared/settings.ts'
import { asyncApis } from './async-api.ts'
import type { CallLog } from './call-log.ts'
import type { Theme } from './theme.ts'

type Listener = (value: unknown) => void

/** The listeners of `wx.onX` and `wx.offX`. */
export type AppEvents = {
  apis: Record<string, unknown>
  emit(event: EventName, value: unknown): void
}

const eventNames = [
  'AppShow',
  'AppHide',
  'Error',
  'UnhandledRejection',
  'PageNotFound',
  'LazyLoadError',
  'ThemeChange',
  'NetworkStatusChange',
  'NetworkWeakChange',
  'WindowResize',
  'MemoryWarning',
  'KeyboardHeightChange',
  'UserCaptureScreen',
  'AudioInterruptionBegin',
  'AudioInterruptionEnd',
] as const

type EventName = (typeof eventNames)[number]

/** The events of the app. Some never happen here but can be listened to. */
export function createAppEvents(theme: Theme, log: CallLog): AppEvents {
  const listeners = new Map<EventName, Set<Listener>>(eventNames.map((name) => [name, new Set()]))
  const emit = (event: EventName, value: unknown) => {
    for (const listener of listeners.get(event) ?? []) listener(value)
  }

  const apis: Record<string, unknown> = {}
  for (const name of eventNames) {
    apis[`on${name}`] = (listener: Listener) => void listeners.get(name)?.add(listener)
    apis[`off${name}`] = (listener?: Listener) => {
      if (listener) listeners.get(name)?.delete(listener)
      else listeners.get(name)?.clear()
    }
  }

  const isWeak = (type: Settings['network']) => type === '2g'
  let network = readSettings().network
  onSettingsChange((settings) => {
    if (settings.network === network) return
    const wasWeak = isWeak(network)
    network = settings.network
    emit('NetworkStatusChange', { isConnected: network !== 'none', networkType: network })
    if (isWeak(network) !== wasWeak) {
      emit('NetworkWeakChange', { weakNet: isWeak(network), networkType: network })
    }
  })
  theme.onChange((name) => emit('ThemeChange', { theme: name }))

  return {
    emit,
    apis: {
      ...apis,
      ...asyncApis(log, {
        getNetworkType: () => {
          const { network } = readSettings()
          return { networkType: network, weakNet: isWeak(network) }
        },
      }),
    },
  }
}
