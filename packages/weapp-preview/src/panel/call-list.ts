import { element } from '../shared/element.ts'
import { isPhoneMessage, type LogEntry } from '../shared/log.ts'
import { action } from './controls.ts'
import { strings } from './strings.ts'

const maximumRows = 120
const kinds: Record<LogEntry['kind'], string> = { wx: 'wx', network: 'HTTP', error: '!' }

/** What the phone calls and requests, the latest first. */
export function createCallList(): HTMLElement {
  const rows = new Map<number, HTMLElement>()
  const list = element('ol', { class: 'calls', attributes: { 'aria-live': 'off' } })
  const empty = element('p', { class: 'calls-empty', text: strings.emptyLog })
  const clear = action(strings.clearLog, () => {
    rows.clear()
    list.replaceChildren()
    empty.hidden = false
  })
  clear.className = 'link'

  function show(entry: LogEntry): void {
    const row = rowOf(entry)
    const known = rows.get(entry.id)
    if (known) known.replaceWith(row)
    else list.prepend(row)
    rows.set(entry.id, row)
    empty.hidden = true
    for (const [id, oldest] of rows) {
      if (rows.size <= maximumRows) break
      oldest.remove()
      rows.delete(id)
    }
  }
  addEventListener('message', ({ data, origin }) => {
    if (origin !== location.origin || !isPhoneMessage(data)) return
    if ('log' in data) show(data.log)
    else list.prepend(element('li', { class: 'call-start', text: strings.started }))
  })

  const title = element('h2', { class: 'section-title', text: strings.log })
  const head = element('div', { class: 'calls-head' }, title, clear)
  return element(
    'section',
    { class: 'section section-calls', attributes: { 'aria-label': strings.log } },
    head,
    empty,
    list,
  )
}

function rowOf({ kind, title, ok, outcome, durationMs }: LogEntry): HTMLElement {
  const state = ok === undefined ? 'pending' : ok ? 'ok' : 'failed'
  return element(
    'li',
    { class: `call call-${kind} call-${state}` },
    element('span', { class: 'call-kind', text: kinds[kind] }),
    element('span', { class: 'call-title', text: title }),
    element('span', { class: 'call-outcome', text: outcome ?? (ok === undefined ? '…' : '') }),
    element('span', { class: 'call-time', text: durationMs === undefined ? '' : `${durationMs} ms` }),
  )
}
