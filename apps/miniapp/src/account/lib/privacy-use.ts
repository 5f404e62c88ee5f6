import type { PrivacyUse } from '../components/privacy-popup-strings.ts'

/** WeChat's names of the buttons, fields and functions that this mini program has. */
const uses = new Map<string, PrivacyUse>(
  Object.entries({
    'button.chooseAvatar': 'avatar',
    chooseAvatar: 'avatar',
    'input.nickname': 'nickname',
    'button.getPhoneNumber': 'phone',
    'button.getRealtimePhoneNumber': 'phone',
    setClipboardData: 'clipboard',
  }),
)

/** The one use that all referrers mean; `null` for an unknown referrer and for several uses. */
export function privacyUse(referrers: readonly string[]): PrivacyUse | null {
  const [use, ...others] = new Set(referrers.map((referrer) => uses.get(referrer) ?? null))
  return others.length === 0 ? (use ?? null) : null
}
