import type { Bundle } from '../common/bundle.ts'
import { onSettingsChange, readSettings, type Settings } from '../shared/settings.ts'

export type ThemeName = 'light' | 'dark'

export type Theme = {
  name(): ThemeName
  /** The mini program says `darkmode` in app.json; otherwise it is always light, as on a phone. */
  isSupported: boolean
  /** Looks `@name` up in the variables of the theme; everything else is returned as it is. */
  resolve(value: unknown): string | undefined
  /** Calls back after each change. */
  onChange(listener: (name: ThemeName) => void): void
}

/** Follows the setting, or the browser where the setting is `system`, and keeps the style sheets in step. */
export function createTheme(bundle: Bundle): Theme {
  const isSupported = bundle.configs.app?.darkmode === true
  const system = matchMedia('(prefers-color-scheme: dark)')
  const listeners: ((name: ThemeName) => void)[] = []
  let name = decide(readSettings())

  function decide({ theme }: Settings): ThemeName {
    if (!isSupported) return 'light'
    if (theme !== 'system') return theme
    return system.matches ? 'dark' : 'light'
  }

  function show(): void {
    document.documentElement.dataset.theme = name
    for (const sheet of document.styleSheets) applyTo(sheet.cssRules, name)
  }

  function update(settings: Settings): void {
    const next = decide(settings)
    if (next === name) return
    name = next
    show()
    for (const listener of listeners) listener(name)
  }

  system.addEventListener('change', () => update(readSettings()))
  onSettingsChange(update)
  new MutationObserver(show).observe(document.head, { childList: true })
  show()

  return {
    name: () => name,
    isSupported,
    resolve(value) {
      if (typeof value !== 'string') return undefined
      return value.startsWith('@') ? bundle.theme[name][value.slice(1)] : value
    },
    onChange: (listener) => void listeners.push(listener),
  }
}

const originals = new WeakMap<CSSMediaRule, string>()
const feature = /\(prefers-color-scheme:\s*(light|dark)\)/g

/** The theme is a switch here, not a property of the browser, so media queries for it are decided by hand. */
function applyTo(rules: CSSRuleList, name: ThemeName): void {
  for (const rule of rules) {
    if (!(rule instanceof CSSMediaRule)) continue
    const original = originals.get(rule) ?? rule.media.mediaText
    originals.set(rule, original)
    const decided = original.replace(feature, (_, wanted) =>
      wanted === name ? '(min-width: 0px)' : '(max-width: 0px)',
    )
    if (decided !== rule.media.mediaText) rule.media.mediaText = decided
    applyTo(rule.cssRules, name)
  }
}
