import { element } from '../shared/element.ts'

/** Who asks, and what for: `小程序 申请`, then the title, then a line below it. */
export function sheetHead(
  appName: string,
  verb: string | undefined,
  title: string,
  hint?: string,
): HTMLElement {
  const [initial = ''] = appName
  return element(
    'header',
    { class: 'phone-sheet-head' },
    element(
      'p',
      { class: 'phone-sheet-app' },
      element('i', { class: 'phone-sheet-icon', text: initial, attributes: { 'aria-hidden': 'true' } }),
      element('span', { text: appName }),
      verb ? element('span', { class: 'phone-sheet-verb', text: verb }) : undefined,
    ),
    element('h2', { text: title }),
    hint ? element('p', { class: 'phone-sheet-hint', text: hint }) : undefined,
  )
}

/** The buttons at the lower end, side by side. */
export const sheetChoice = (...buttons: HTMLElement[]): HTMLElement =>
  element('footer', { class: 'phone-sheet-choice' }, ...buttons)
