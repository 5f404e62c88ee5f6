import { element } from '../shared/element.ts'

export type Sheet = {
  /** Replaces what is on the sheet. */
  show(...content: HTMLElement[]): void
  close(): void
}

export type SheetOptions = {
  /** Names it for tests: `data-part`. */
  part: string
  /** The accessible name. */
  label: string
  /** A tap beside it or the escape key; absent: only its own buttons close it. */
  onDismiss?: () => void
}

/** A sheet of WeChat's own: it rises from the bottom, above everything that the mini program draws. */
export function openSheet(overlay: HTMLElement, { part, label, onDismiss }: SheetOptions): Sheet {
  const box = element('div', {
    class: `phone-sheet phone-${part}`,
    attributes: { role: 'dialog', 'aria-modal': 'true', 'aria-label': label, tabindex: '-1' },
  })
  const layer = element(
    'div',
    { class: 'phone-dialog-layer phone-sheet-layer', attributes: { 'data-part': part } },
    box,
  )
  const before = document.activeElement
  layer.addEventListener('click', ({ target }) => {
    if (target === layer) onDismiss?.()
  })
  layer.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') onDismiss?.()
  })
  overlay.append(layer)
  box.focus({ preventScroll: true })

  return {
    show(...content) {
      box.replaceChildren(...content)
      box.focus({ preventScroll: true })
    },
    close() {
      layer.remove()
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    },
  }
}

/** A button of such a sheet; `kind` decides how it looks. */
export function sheetButton(
  text: string,
  kind: 'primary' | 'secondary' | 'row' | 'link',
  run: () => void,
): HTMLButtonElement {
  const button = element('button', {
    class: `phone-sheet-button phone-sheet-button-${kind}`,
    text,
    attributes: { type: 'button' },
  })
  button.addEventListener('click', run)
  return button
}
