import { onSettingsChange, readSettings, type Settings, writeSettings } from '../../shared/settings.ts'

type Listener = (result?: object) => void

/**
 * `wx.getUpdateManager`. A build that is being developed is never updated, unless the panel says that a new version is
 * there; `applyUpdate` starts again, and then there is none.
 */
export function createUpdateManagerApi(restart: () => void) {
  const listeners = { check: new Set<Listener>(), ready: new Set<Listener>(), failed: new Set<Listener>() }
  let told: Settings['update'] | undefined

  function tell({ update }: Settings): void {
    if (update === told) return
    told = update
    for (const listener of listeners.check) listener({ hasUpdate: update !== 'none' })
    if (update === 'ready') for (const listener of listeners.ready) listener()
    if (update === 'failed') for (const listener of listeners.failed) listener()
  }
  // After the scripts of the start have had their time to listen.
  setTimeout(() => tell(readSettings()), 500)
  onSettingsChange(tell)

  const manager = {
    onCheckForUpdate: (listener: Listener) => void listeners.check.add(listener),
    onUpdateReady: (listener: Listener) => void listeners.ready.add(listener),
    onUpdateFailed: (listener: Listener) => void listeners.failed.add(listener),
    applyUpdate: () => {
      if (told !== 'ready') throw new Error('applyUpdate:fail update is not ready')
      writeSettings({ update: 'none' })
      restart()
    },
  }
  return () => manager
}
