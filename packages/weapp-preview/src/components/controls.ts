/** What a label can tap and a form can collect. */
export type Control = {
  /** What a tap on the label does; absent for groups and forms. */
  activate?(): void
  /** The part of a form's `submit`; absent: buttons. */
  field?: { name(): string; value(): unknown; reset(): void }
}

const controls = new WeakMap<Element, Control>()

export function registerControl(host: HTMLElement, control: Control): void {
  controls.set(host, control)
}

export const controlOf = (node: Element): Control | undefined => controls.get(node)

/** The controls within an element, in the order of the page. */
export function controlsIn(container: Element): Control[] {
  return [...container.querySelectorAll('*')].flatMap((node) => controls.get(node) ?? [])
}
