import { currentLanguage } from '../shared/settings.ts'
import { askWithWheels } from '../sheets/picker-sheet.ts'
import type { Definition, Part } from './component-base.ts'
import { registerControl } from './controls.ts'
import { createDateWheels, type DateRange } from './date-wheels.ts'

/** A picker of one mode. Resolves to the value, or to `undefined` when it was cancelled. */
type Ask = (part: Part) => Promise<string | undefined>

const modes: Readonly<Record<string, Ask>> = { selector: askSelector, date: askDate }

export const picker: Definition = {
  properties: {
    mode: 'selector',
    range: null,
    rangeKey: '',
    value: null,
    start: '',
    end: '',
    fields: 'day',
    headerText: '',
    name: '',
    disabled: false,
  },
  reflect: ['disabled'],
  create(part) {
    const { host } = part
    const open = () => void choose(part)
    host.addEventListener('click', open)
    registerControl(host, {
      activate: open,
      field: {
        name: () => part.read<string>('name'),
        value: () => part.read<unknown>('value') ?? '',
        reset: () => part.write({ value: null }),
      },
    })
  },
}

async function choose(part: Part): Promise<void> {
  if (part.read<boolean>('disabled')) return
  const mode = part.read<string>('mode') || 'selector'
  const ask = modes[mode]
  if (!ask) {
    part.surroundings.log.error(`<picker mode="${mode}"> 未模拟 · is not imitated`)
    return
  }
  const value = await ask(part)
  if (value === undefined) {
    part.emit('cancel')
    return
  }
  part.write({ value })
  part.emit('change', { value })
}

/** The value is the position, as a text. */
async function askSelector({ read, surroundings }: Part): Promise<string | undefined> {
  const key = read<string>('rangeKey')
  const entries = read<unknown[] | null>('range') ?? []
  const texts = entries.map((entry) => String(key ? (entry as Record<string, unknown>)[key] : entry))
  const chosen = await askWithWheels(surroundings.overlay, {
    title: read<string>('headerText'),
    columns: () => [texts],
    indices: [Number(read('value') ?? 0) || 0],
  })
  return chosen && String(chosen[0] ?? 0)
}

async function askDate({ read, surroundings }: Part): Promise<string | undefined> {
  const range = { start: read('start'), end: read('end'), fields: read('fields') } as DateRange
  const wheels = createDateWheels(range, currentLanguage() === 'en' ? [] : ['年', '月', '日'])
  const chosen = await askWithWheels(surroundings.overlay, {
    title: read<string>('headerText'),
    columns: wheels.columns,
    indices: wheels.indicesOf(String(read('value') ?? ''), new Date()),
  })
  return chosen && wheels.valueOf(chosen)
}
