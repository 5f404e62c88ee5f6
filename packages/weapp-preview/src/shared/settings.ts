import { browserPrefersChinese } from './language.ts'

/** The developer's choices, stored by the browser and shared by panel and phone. */
export type Settings = {
  /** The id of the current user. */
  user: string
  theme: 'system' | 'light' | 'dark'
  language: 'system' | 'zh_CN' | 'en'
  /** What `wx.login` does instead of returning a code. */
  login: 'normal' | 'fail' | 'hang' | 'no-code'
  /** `2g` is slow enough to watch an upload. */
  network: 'wifi' | '4g' | '2g' | 'none'
  textSize: 'standard' | 'large' | 'largest'
  /** What the phone number button returns when the user allows it: a code, or this errno. */
  phoneNumber: 'normal' | '1400001' | '1421102' | '102' | '104' | '112'
  /** The `errMsg` when the user denies the phone number; it differs by system. */
  denial: 'ios' | 'android' | 'old'
  /** `declared`: each user is asked once; `undeclared`: the operator declared nothing; `agreed`: no user is asked. */
  privacy: 'declared' | 'undeclared' | 'agreed'
  /** WeChat's review of nicknames and avatars: `normal` goes by keywords. */
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

/** Reads the settings; those in the URL (`/phone?user=xiaohong&theme=dark`) take precedence. */
export function readSettings(): Settings {
  const names = Object.keys(defaultSettings) as (keyof Settings)[]
  const query = new URLSearchParams(location.search)
  const fromUrl = names.filter((name) => query.has(name)).map((name) => [name, query.get(name)])
  return { ...defaultSettings, ...readStored(), ...Object.fromEntries(fromUrl) }
}

export function writeSettings(changes: Partial<Settings>): void {
  localStorage.setItem(storageKey, JSON.stringify({ ...defaultSettings, ...readStored(), ...changes }))
}

/** Calls the listener when another document of this origin changes the settings. */
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
