import { element } from '../shared/element.ts'
import { readSettings, type Settings, writeSettings } from '../shared/settings.ts'
import { filesPrefix, privacyKey, storagePrefix } from '../shared/storage-prefix.ts'
import { createCallList } from './call-list.ts'
import { action, type Choice, field, section, segments, select } from './controls.ts'
import { createPhoneFrame, type PhoneFrame, phoneSizes } from './phone-frame.ts'
import { simulatorApi } from './simulator-api.ts'
import { type Strings, strings } from './strings.ts'
import { userPicker } from './user-picker.ts'

const serverFaults = [
  'none',
  '40029',
  '40163',
  '40226',
  '45011',
  '-1',
  '40125',
  '40164',
  'slow',
  'hang',
  'reset',
  '500',
  'html',
  'broken-json',
] as const

export type PanelOptions = {
  /** The app whose storage and session_keys the panel clears. */
  appId: string
  /** Whether a WeChat simulator is there to simulate server errors. */
  hasSimulator: boolean
}

/** Draws the page around the phone. */
export function startPanel({ appId, hasSimulator }: PanelOptions): void {
  document.title = strings.title
  const frame = createPhoneFrame()
  const notice = element('p', { class: 'notice', attributes: { role: 'alert' } })
  notice.hidden = true
  const attempt = (run: () => Promise<unknown>) => {
    run().then(
      () => {
        notice.hidden = true
      },
      (error: unknown) => {
        notice.textContent = `${strings.failed}: ${error instanceof Error ? error.message : String(error)}`
        notice.hidden = false
      },
    )
  }

  const head = element(
    'header',
    { class: 'panel-head' },
    element('h1', { text: strings.title }),
    element('p', { text: strings.subtitle }),
  )
  const panel = element(
    'aside',
    { class: 'panel', attributes: { id: 'controls', 'aria-label': strings.panel } },
    head,
    notice,
    userSection(frame, attempt),
    deviceSection(frame),
    wechatSection(appId, frame),
    faultSection({ appId, hasSimulator }, attempt),
    actionSection(appId, frame),
    createCallList(),
  )
  document.body.append(frame.element, panel, createToggle(panel))
}

type Attempt = (run: () => Promise<unknown>) => void

function userSection(frame: PhoneFrame, attempt: Attempt): HTMLElement {
  const place = element('div', { class: 'users-place' })
  attempt(async () => {
    const picker = userPicker(await simulatorApi.users(), readSettings().user, (user) => {
      writeSettings({ user })
      frame.restart()
    })
    place.replaceChildren(picker)
  })
  return section(strings.user, place, element('p', { class: 'hint', text: strings.userHint }))
}

function deviceSection(frame: PhoneFrame): HTMLElement {
  const { theme, network, language, textSize } = readSettings()
  /** As on a phone, a mini program learns of these when it starts. */
  const setAndRestart = (changes: Partial<Settings>) => {
    writeSettings(changes)
    frame.restart()
  }
  const sizes = phoneSizes.map((value) => ({ value, label: value.replace('x', ' × ') }))
  return section(
    strings.device,
    field(
      strings.theme,
      segments(strings.theme, choices('theme', ['system', 'light', 'dark']), theme, set('theme')),
    ),
    field(strings.size, segments(strings.size, sizes, frame.size(), frame.setSize)),
    field(
      strings.network,
      segments(strings.network, choices('network', ['wifi', '4g', '2g', 'none']), network, set('network')),
    ),
    field(
      strings.language,
      segments(strings.language, choices('language', ['system', 'zh_CN', 'en']), language, (language) =>
        setAndRestart({ language }),
      ),
    ),
    field(
      strings.textSize,
      segments(
        strings.textSize,
        choices('textSize', ['standard', 'large', 'largest']),
        textSize,
        (textSize) => setAndRestart({ textSize }),
      ),
    ),
  )
}

function wechatSection(appId: string, frame: PhoneFrame): HTMLElement {
  const resetPrivacy = action(strings.resetPrivacy, () => {
    localStorage.removeItem(privacyKey(appId, readSettings().user))
    frame.restart()
  })
  return section(
    strings.wechat,
    settingField('phoneNumber', ['normal', '1400001', '1421102', '102', '104', '112']),
    settingField('denial', ['ios', 'android', 'old']),
    settingField('privacy', ['declared', 'undeclared', 'agreed']),
    settingField('review', ['normal', 'reject', 'timeout']),
    settingField('update', ['none', 'ready', 'failed']),
    resetPrivacy,
  )
}

/** A setting with its name and its values. */
function settingField<Name extends keyof Settings & keyof Strings>(
  name: Name,
  values: readonly Settings[Name][],
): HTMLElement {
  return field(strings[name], select(strings[name], choices(name, values), readSettings()[name], set(name)))
}

function faultSection({ appId, hasSimulator }: PanelOptions, attempt: Attempt): HTMLElement {
  const faults = choices('login', ['normal', 'fail', 'hang', 'no-code'])
  const expire = action(strings.expire, () => {
    attempt(async () => {
      await simulatorApi.expireSessionKey(appId, readSettings().user)
      expire.textContent = `✓ ${strings.expired}`
      setTimeout(() => {
        expire.textContent = strings.expire
      }, 1600)
    })
  })
  return section(
    strings.faults,
    field(strings.login, select(strings.login, faults, readSettings().login, set('login'))),
    ...(hasSimulator ? [serverFaultField(attempt)] : []),
    expire,
  )
}

function serverFaultField(attempt: Attempt): HTMLElement {
  const server = select(strings.server, choices('fault', serverFaults), 'none', (fault) => {
    attempt(() => (fault === 'none' ? simulatorApi.clearFault() : simulatorApi.setFault(fault)))
  })
  attempt(async () => {
    const current = await simulatorApi.fault()
    if (serverFaults.some((fault) => fault === current)) server.value = current ?? 'none'
    server.classList.toggle('select-changed', server.value !== 'none')
  })
  return field(strings.server, server)
}

function actionSection(appId: string, frame: PhoneFrame): HTMLElement {
  const clear = action(strings.clear, () => {
    const { user } = readSettings()
    const prefixes = [storagePrefix(appId, user), filesPrefix(appId, user)]
    for (const key of Object.keys(localStorage)) {
      if (prefixes.some((prefix) => key.startsWith(prefix))) localStorage.removeItem(key)
    }
    frame.restart()
  })
  const alone = element('a', {
    class: 'action',
    text: strings.fullScreen,
    attributes: { href: '/phone', target: '_blank' },
  })
  return section(
    strings.actions,
    element('div', { class: 'actions' }, action(strings.restart, frame.restart), clear, alone),
  )
}

/** On a narrow window the panel lies folded at the edge. */
function createToggle(panel: HTMLElement): HTMLElement {
  const attributes = {
    type: 'button',
    'aria-controls': panel.id,
    'aria-expanded': 'false',
    'aria-label': strings.openPanel,
  }
  const toggle = element('button', { class: 'panel-toggle', attributes })
  toggle.addEventListener('click', () => {
    const isOpen = panel.classList.toggle('panel-open')
    toggle.setAttribute('aria-expanded', String(isOpen))
    toggle.setAttribute('aria-label', isOpen ? strings.closePanel : strings.openPanel)
  })
  return toggle
}

const set =
  <Name extends keyof Settings>(name: Name) =>
  (value: Settings[Name]) =>
    writeSettings({ [name]: value })

function choices<const Value extends string>(prefix: string, values: readonly Value[]): Choice<Value>[] {
  return values.map((value) => ({ value, label: strings[`${prefix}-${value}` as keyof Strings] }))
}
