import { element } from '../shared/element.ts'

/** A column of a picker: it scrolls, and what stands in the middle is chosen. */
export type Wheel = {
  element: HTMLElement
  index(): number
  /** Takes other entries, and stays where it is as far as there are any. */
  offer(options: readonly string[]): void
  /** Turns to what is chosen; needs to be on the page. */
  settle(): void
}

const rowPx = 48

export function createWheel(options: readonly string[], start: number, onTurn: () => void): Wheel {
  let shown: readonly string[] = []
  let index = start
  const list = element('div', { class: 'phone-wheel', attributes: { role: 'listbox', tabindex: '0' } })

  function draw(): void {
    index = Math.max(Math.min(index, shown.length - 1), 0)
    const rows = shown.map((text) =>
      element('div', { class: 'phone-wheel-row', text, attributes: { role: 'option' } }),
    )
    for (const [position, row] of rows.entries()) row.addEventListener('click', () => turn(position))
    list.replaceChildren(...rows)
    mark()
  }

  function mark(): void {
    for (const [position, row] of [...list.children].entries()) {
      row.setAttribute('aria-selected', String(position === index))
    }
  }

  function settle(): void {
    list.scrollTop = index * rowPx
  }

  function turn(position: number): void {
    index = Math.max(Math.min(position, shown.length - 1), 0)
    mark()
    settle()
    onTurn()
  }

  list.addEventListener('scroll', () => {
    const seen = Math.round(list.scrollTop / rowPx)
    if (seen === index || seen >= shown.length) return
    index = seen
    mark()
    onTurn()
  })
  list.addEventListener('keydown', (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    turn(index + step)
  })
  shown = options
  draw()

  return {
    element: list,
    index: () => index,
    offer(next) {
      if (next.join('\n') === shown.join('\n')) return
      shown = next
      draw()
      settle()
    },
    settle,
  }
}
