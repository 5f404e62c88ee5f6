import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'
import { openSheet, type Sheet, sheetButton } from './sheet.ts'
import { createWheel, type Wheel } from './wheel.ts'

const strings = {
  zh_CN: { cancel: '取消', confirm: '确定', label: '选择' },
  en: { cancel: 'Cancel', confirm: 'OK', label: 'Choose' },
} as const

export type PickerQuestion = {
  title: string
  /** What the wheels offer while these entries are chosen: the days of a month depend on the month. */
  columns: (indices: readonly number[]) => string[][]
  /** Where the wheels stand at first. */
  indices: readonly number[]
}

/** Wheels side by side. Resolves to the chosen entry of each, or to `undefined`. */
export function askWithWheels(
  overlay: HTMLElement,
  { title, columns, indices }: PickerQuestion,
): Promise<number[] | undefined> {
  const text = strings[currentLanguage()]
  return new Promise((resolve) => {
    const finish = (chosen: number[] | undefined) => {
      sheet.close()
      resolve(chosen)
    }
    const cancel = () => finish(undefined)
    const sheet: Sheet = openSheet(overlay, { part: 'picker', label: title || text.label, onDismiss: cancel })
    const current = () => wheels.map((wheel) => wheel.index())
    // A wheel may turn others, which are then what they were told to be.
    const follow = () => {
      const offered = columns(current())
      for (const [position, wheel] of wheels.entries()) wheel.offer(offered[position] ?? [])
    }
    const wheels: Wheel[] = columns(indices).map((options, position) =>
      createWheel(options, indices[position] ?? 0, follow),
    )
    const confirm = sheetButton(text.confirm, 'link', () => finish(current()))
    confirm.classList.add('phone-picker-confirm')
    sheet.show(
      element(
        'header',
        { class: 'phone-sheet-bar' },
        sheetButton(text.cancel, 'link', cancel),
        element('h2', { text: title }),
        confirm,
      ),
      element('div', { class: 'phone-wheels' }, ...wheels.map((wheel) => wheel.element)),
    )
    for (const wheel of wheels) wheel.settle()
  })
}
