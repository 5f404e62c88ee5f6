import { browserPrefersChinese } from './language.ts'

/** What the user at the preview has chosen. Kept by the browser, shared by the panel and the phone. */
export type Settings = {
  /** Who holds the phone: the id of a user of the simulator. */
  user: string
  theme: 'system' | 'light' | 'dark'
  language: 'system' | 'zh_CN' | 'en'
  /** What `wx.login` does instead of answering with a code. */
  login: 'normal' | 'fail' | 'hang' | 'no-code'
  /** `2g` is slow enough to watch an upload. */
  network: 'wifi' | '4g' | '2g' | 'none'
  textSize: 'standard' | 'large' | 'largest'
  /** What the phone button answers once somebody allows it: a code, or this errno. */
  phoneNumber: 'normal' | '1400001' | '1421102' | '102' | '104' | '112'
  /** How a denial at the phone button is worded: each system does it in its own way. */
  denial: 'ios' | 'android' | 'old'
  /** `declared`: each user is asked once; `undeclared`: WeChat's console knows of no use; `agreed`: nobody is asked. */
  privacy: 'declared' | 'undeclared' | 'agreed'
  /** What WeChat finds of nicknames and avatars: `normal` goes by strings. */
  review: 'normal' | 'reject' | 'timeout'
  /** A new version of the mini program. */
  update: 'none' | 'ready' | 'failed'
}

export const defaultSettings: Settings = {
  user: 'xiaoming',
  theme: 'system',
  language: 'system',
  login: 'normal',
  network: 'wifi',
  textSize: 'standard',
  phoneNumber: 'normal',
  denial: 'ios',
  privacy: 'declared',
  review: 'normal',
  update: 'none',
}

/** The language that WeChat shows itself in. */
export function currentLanguage(): 'zh_CN' | 'en' {
  const { language } = readSettings()
  if (language !== 'system') return language
  return browserPrefersChinese() ? 'zh_CN' : 'en'
}

const storageKey = 'weapp-preview:settings'

/** Reads the settings; those in the address (`/phone?user=xiaohong&theme=dark`) win. */
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
