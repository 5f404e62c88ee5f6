import { WxError } from '../runtime/wx-error.ts'
import { readSettings } from '../shared/settings.ts'
import { privacyKey } from '../shared/storage-prefix.ts'
import { askForPrivacy, showPrivacyContract } from './privacy-sheet.ts'

/** The argument of `resolve` in `wx.onNeedPrivacyAuthorization`. */
export type PrivacyResponse = { event?: unknown; buttonId?: unknown }
type Resolve = (response?: PrivacyResponse) => void
export type PrivacyListener = (resolve: Resolve, information: { referrer: string }) => void

/** The user's privacy consent. */
export type Privacy = {
  /** `undeclared`: the operator's guidelines name no use at all. */
  state(): 'agreed' | 'needed' | 'undeclared'
  contractName: string
  /** Resolves when `referrer` may go on; rejects with a `WxError`, errno 104 or 112. */
  require(referrer: string): Promise<void>
  /** A tap on a button with `agreePrivacyAuthorization`, which WeChat records. */
  agree(buttonId: string): void
  /** There is one listener: the last one. */
  listen(listener: PrivacyListener): void
  /** Resolves when the guidelines are closed. */
  openContract(): Promise<void>
}

export type PrivacyParts = { overlay: HTMLElement; appId: string; appName: string }

/** How long WeChat does not ask again after the user has denied in its dialog. */
const silenceMs = 10_000

const denied = () => new WxError('privacy permission is not authorized', 104)
const undeclared = () => new WxError('api scope is not declared in the privacy agreement', 112)

export function createPrivacy({ overlay, appId, appName }: PrivacyParts): Privacy {
  const contractName = `《${appName}小程序隐私保护指引》`
  const tappedButtons = new Set<string>()
  let listener: PrivacyListener | undefined
  let dialog: Promise<boolean> | undefined
  let deniedAt = Number.NEGATIVE_INFINITY

  const key = () => privacyKey(appId, readSettings().user)
  const record = () => localStorage.setItem(key(), 'agreed')
  const openContract = () => showPrivacyContract(overlay, appName, contractName)

  function state() {
    const { privacy } = readSettings()
    if (privacy !== 'declared') return privacy
    return localStorage.getItem(key()) === null ? 'needed' : 'agreed'
  }

  async function require(referrer: string): Promise<void> {
    const now = state()
    if (now === 'undeclared') throw undeclared()
    if (now === 'agreed') return
    if (listener) await askListener(listener, referrer)
    else await askUser()
  }

  function askListener(listener: PrivacyListener, referrer: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const respond: Resolve = ({ event, buttonId } = {}) => {
        // Only a tap on that very button is consent.
        if (event === 'agree') tappedButtons.has(String(buttonId)) ? resolve() : reject(denied())
        else if (event === 'disagree') reject(denied())
      }
      listener(respond, { referrer })
    })
  }

  /** WeChat's dialog, one for all waiting calls. */
  async function askUser(): Promise<void> {
    if (Date.now() - deniedAt < silenceMs) throw denied()
    dialog ??= askForPrivacy(overlay, { appName, contractName, openContract }).finally(() => {
      dialog = undefined
    })
    if (await dialog) record()
    else {
      deniedAt = Date.now()
      throw denied()
    }
  }

  return {
    state,
    contractName,
    require,
    agree(buttonId) {
      tappedButtons.add(buttonId)
      if (state() === 'needed') record()
    },
    listen(next) {
      listener = next
    },
    openContract,
  }
}
