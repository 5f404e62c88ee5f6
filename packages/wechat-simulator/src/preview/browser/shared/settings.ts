/** What the person at the preview has chosen. Kept by the browser, shared by the panel and the phone. */
export type Settings = {
  /** Who holds the phone: the id of a person of the simulator. */
  person: string
  theme: 'system' | 'light' | 'dark'
  language: 'system' | 'zh_CN' | 'en'
  /** What `wx.login` does instead of answering with a code. */
  login: 'normal' | 'fail' | 'hang' | 'no-code'
  network: 'wifi' | 'none'
}

export const defaultSettings: Settings = {
  person: 'xiaoming',
  theme: 'system',
  language: 'system',
  login: 'normal',
  network: 'wifi',
}

const storageKey = 'weapp-preview:settings'

/** Reads the settings; those in the address (`/phone?person=xiaohong&theme=dark`) win. */
export function readSettings(): Settings {
  const names = Object.keys(defaultSettings) as (keyof Settings)[]
  const query = new URLSearchParams(location.search)
  const fromAddress = names.filter((name) => query.has(name)).map((name) => [name, query.get(name)])
  return { ...defaultSettings, ...readStored(), ...Object.fromEntries(fromAddress) }
}

export function writeSettings(changes: Partial<Settings>): void {
  localStorage.setItem(storageKey, JSON.stringify({ ...defaultSettings, ...readStored(), ...changes }))
}

/** Calls back after another document of this origin has changed the settings. */
export function onSettingsChange(listener: (settings: Settings) => void): void {
  addEventListener('storage', ({ key }) => {
    if (key === storageKey) listener(readSettings())
  })
}

function readStored(): Partial<Settings> {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Settings>
  } catch {
    return {}
  }
}
