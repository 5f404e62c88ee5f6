import { onSettingsChange, readSettings, type Settings, writeSettings } from '../shared/settings.ts'

/** How long WeChat takes to look for a new version. */
const checkMs = 500

type Kind = 'check' | 'ready' | 'failed'
type Listener = (result?: object) => void

/**
 * `wx.getUpdateManager`. A build that is being developed is never updated, unless the panel says that a new version is
 * there; `applyUpdate` starts again, and then there is none.
 */
export function createUpdateManagerApi(restart: () => void) {
  const listeners = { check: new Set<Listener>(), ready: new Set<Listener>(), failed: new Set<Listener>() }
  let told: Settings['update'] | undefined

  const hasHappened = (kind: Kind) => told !== undefined && (kind === 'check' || kind === told)
  const call = (kind: Kind, listener: Listener) =>
    listener(kind === 'check' ? { hasUpdate: told !== 'none' } : undefined)

  function tell({ update }: Settings): void {
    if (update === told) return
    told = update
    for (const kind of ['check', 'ready', 'failed'] as const) {
      if (hasHappened(kind)) for (const listener of listeners[kind]) call(kind, listener)
    }
  }
  // After the scripts of the start have had their time to listen.
  setTimeout(() => tell(readSettings()), checkMs)
  onSettingsChange(tell)

  /** A late listener is called too. */
  const listen = (kind: Kind) => (listener: Listener) => {
    listeners[kind].add(listener)
    if (hasHappened(kind)) setTimeout(() => call(kind, listener))
  }

  const manager = {
    onCheckForUpdate: listen('check'),
    onUpdateReady: listen('ready'),
    onUpdateFailed: listen('failed'),
    applyUpdate: () => {
      if (told !== 'ready') throw new Error('applyUpdate:fail update is not ready')
      writeSettings({ update: 'none' })
      restart()
    },
  }
  return () => manager
}
