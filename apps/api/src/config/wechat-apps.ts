import { isPublished } from './published-values.ts'
import type { WechatApp } from './values.ts'

/** What is wrong with the mini programs of a production, or `null`. Never shows a secret. */
export function faultOfProductionApps(apps: WechatApp[]): string | null {
  const seen = new Set<string>()
  for (const app of apps) {
    const fault = faultOfForm(app) ?? faultOfSecrets(app, seen)
    if (fault) return `"${app.appId}" ${fault}`
  }
  return null
}

function faultOfForm({ appId, secret, push }: WechatApp): string | null {
  if (appId === 'touristappid')
    return "is the simulator's: put in the AppID and AppSecret of your mini program"
  if (!/^wx[\da-f]{16}$/.test(appId))
    return 'is no AppID: WeChat\'s are "wx" and 16 of the characters 0-9 and a-f'
  if (isGuessable(appId.slice(2), 4)) return 'is a made-up AppID: put in that of your mini program'
  if (!/^[\da-f]{32}$/i.test(secret))
    return "has a secret that is no AppSecret: WeChat's are 32 of the characters 0-9 and a-f"
  if (!push) return null
  if (push.encodingAesKey === undefined)
    return 'has a push without an "encodingAesKey": plain mode signs no message, so choose 安全模式 in WeChat\'s console'
  if (!/^[A-Za-z\d]{16,32}$/.test(push.token))
    return "has a push token that is not 16 to 32 letters and digits: make one by openssl rand -hex 16, and set it in WeChat's console"
  return null
}

function faultOfSecrets({ secret, push }: WechatApp, seen: Set<string>): string | null {
  const secrets = { AppSecret: secret, 'push token': push?.token, encodingAesKey: push?.encodingAesKey }
  for (const [name, value] of Object.entries(secrets)) {
    if (value === undefined) continue
    if (isPublished(value)) return `has an example's ${name}, which everyone can read: take your own`
    if (isGuessable(value, 6)) return `has a made-up ${name}: take one that is random`
    if (seen.has(value)) return `repeats a secret as its ${name}: every secret has one purpose`
    seen.add(value)
  }
  return null
}

/** Few different characters, or a word again and again: what no random text of this length looks like. */
const isGuessable = (text: string, minimumCharacters: number) =>
  new Set(text.toLowerCase()).size < minimumCharacters || /^(.+?)\1+$/.test(text)
