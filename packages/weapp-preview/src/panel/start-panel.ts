import { element } from '../shared/element.ts'
import { readSettings, type Settings, writeSettings } from '../shared/settings.ts'
import { filesPrefix, privacyKey, storagePrefix } from '../shared/storage-prefix.ts'
import { createCallList } from './call-list.ts'
import { action, type Choice, field, section, segments, select } from './controls.ts'
import { peoplePicker } from './user-picker.ts'
import { createPhoneFrame, type PhoneFrame, phoneSizes } from './phone-frame.ts'
import { simulator } from './simulator-api.ts'
import { type Words, words } from './strings.ts'

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

/** The page around the phone. `appId`: the app whose storage and session keys it deals with. */
export function startPanel(appId: string): void {
  document.title = words.title
  const frame = createPhoneFrame()
  const notice = element('p', { class: 'notice', attributes: { role: 'alert' } })
  notice.hidden = true
  const attempt = (run: () => Promise<unknown>) => {
    run().then(
      () => {
        notice.hidden = true
      },
      (error: unknown) => {
        notice.textContent = `${words.failed}: ${error instanceof Error ? error.message : String(error)}`
        notice.hidden = false
      },
    )
  }

  const head = element(
    'header',
    { class: 'panel-head' },
    element('h1', { text: words.title }),
    element('p', { text: words.subtitle }),
  )
  const panel = element(
    'aside',
    { class: 'panel', attributes: { id: 'controls', 'aria-label': words.panel } },
    head,
    notice,
    peopleSection(frame, attempt),
    deviceSection(frame),
    wechatSection(appId, frame),
    faultSection(appId, attempt),
    actionSection(appId, frame),
    createCallList(),
  )
  document.body.append(frame.element, panel, createToggle(panel))
}

type Attempt = (run: () => Promise<unknown>) => void

function peopleSection(frame: PhoneFrame, attempt: Attempt): HTMLElement {
  const place = element('div', { class: 'people-place' })
  attempt(async () => {
    const picker = peoplePicker(await simulator.people(), readSettings().person, (person) => {
      writeSettings({ person })
      frame.restart()
    })
    place.replaceChildren(picker)
  })
  return section(words.person, place, element('p', { class: 'hint', text: words.personHint }))
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
    words.device,
    field(
      words.theme,
      segments(words.theme, choices('theme', ['system', 'light', 'dark']), theme, set('theme')),
    ),
    field(words.size, segments(words.size, sizes, frame.size(), frame.setSize)),
    field(
      words.network,
      segments(words.network, choices('network', ['wifi', '4g', '2g', 'none']), network, set('network')),
    ),
    field(
      words.language,
      segments(words.language, choices('language', ['system', 'zh_CN', 'en']), language, (language) =>
        setAndRestart({ language }),
      ),
    ),
    field(
      words.textSize,
      segments(words.textSize, choices('textSize', ['standard', 'large', 'largest']), textSize, (textSize) =>
        setAndRestart({ textSize }),
      ),
    ),
  )
}

function wechatSection(appId: string, frame: PhoneFrame): HTMLElement {
  const forget = action(words.resetPrivacy, () => {
    localStorage.removeItem(privacyKey(appId, readSettings().person))
    frame.restart()
  })
  return section(
    words.wechat,
    settingField('phoneNumber', ['normal', '1400001', '1421102', '102', '104', '112']),
    settingField('refusal', ['ios', 'android', 'old']),
    settingField('privacy', ['declared', 'undeclared', 'agreed']),
    settingField('review', ['normal', 'reject', 'timeout']),
    settingField('update', ['none', 'ready', 'failed']),
    forget,
  )
}

/** A setting with its name and its values. */
function settingField<Name extends keyof Settings & keyof Words>(
  name: Name,
  values: readonly Settings[Name][],
): HTMLElement {
  return field(words[name], select(words[name], choices(name, values), readSettings()[name], set(name)))
}

function faultSection(appId: string, attempt: Attempt): HTMLElement {
  const faults = choices('login', ['normal', 'fail', 'hang', 'no-code'])
  const server = select(words.server, choices('fault', serverFaults), 'none', (fault) => {
    attempt(() => (fault === 'none' ? simulator.clearFault() : simulator.setFault(fault)))
  })
  attempt(async () => {
    const current = await simulator.fault()
    if (serverFaults.some((fault) => fault === current)) server.value = current ?? 'none'
    server.classList.toggle('select-changed', server.value !== 'none')
  })
  const expire = action(words.expire, () => {
    attempt(async () => {
      await simulator.expireSessionKey(appId, readSettings().person)
      expire.textContent = `✓ ${words.expired}`
      setTimeout(() => {
        expire.textContent = words.expire
      }, 1600)
    })
  })
  return section(
    words.faults,
    field(words.login, select(words.login, faults, readSettings().login, set('login'))),
    field(words.server, server),
    expire,
  )
}

function actionSection(appId: string, frame: PhoneFrame): HTMLElement {
  const clear = action(words.clear, () => {
    const { person } = readSettings()
    const prefixes = [storagePrefix(appId, person), filesPrefix(appId, person)]
    for (const key of Object.keys(localStorage)) {
      if (prefixes.some((prefix) => key.startsWith(prefix))) localStorage.removeItem(key)
    }
    frame.restart()
  })
  const alone = element('a', {
    class: 'action',
    text: words.fullScreen,
    attributes: { href: '/phone', target: '_blank' },
  })
  return section(
    words.actions,
    element('div', { class: 'actions' }, action(words.restart, frame.restart), clear, alone),
  )
}

/** On a narrow window the panel lies folded at the edge. */
function createToggle(panel: HTMLElement): HTMLElement {
  const attributes = {
    type: 'button',
    'aria-controls': panel.id,
    'aria-expanded': 'false',
    'aria-label': words.openPanel,
  }
  const toggle = element('button', { class: 'panel-toggle', attributes })
  toggle.addEventListener('click', () => {
    const isOpen = panel.classList.toggle('panel-open')
    toggle.setAttribute('aria-expanded', String(isOpen))
    toggle.setAttribute('aria-label', isOpen ? words.closePanel : words.openPanel)
  })
  return toggle
}

const set =
  <Name extends keyof Settings>(name: Name) =>
  (value: Settings[Name]) =>
    writeSettings({ [name]: value })

function choices<const Value extends string>(prefix: string, values: readonly Value[]): Choice<Value>[] {
  return values.map((value) => ({ value, label: words[`${prefix}-${value}` as keyof Words] }))
}
