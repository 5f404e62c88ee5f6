import type { Part } from './component-base.ts'

/** The properties of every component with a hover style. */
export const hoverProperties = (hoverClass: string, startTime: number, stayTime: number) => ({
  hoverClass,
  hoverStopPropagation: false,
  hoverStartTime: startTime,
  hoverStayTime: stayTime,
})

/** Adds the `hover-class` during a touch. */
export function showPress(part: Part): void {
  const { host } = part
  let timer: ReturnType<typeof setTimeout> | undefined

  const release = () => {
    clearTimeout(timer)
    timer = setTimeout(() => host.classList.remove(...classes(part)), part.read<number>('hoverStayTime'))
  }
  host.addEventListener('pointerdown', (event) => {
    if (part.read<boolean>('hoverStopPropagation')) event.stopPropagation()
    if (host.hasAttribute('disabled') || classes(part).length === 0) return
    clearTimeout(timer)
    timer = setTimeout(() => host.classList.add(...classes(part)), part.read<number>('hoverStartTime'))
    addEventListener('pointerup', release, { once: true })
    addEventListener('pointercancel', release, { once: true })
  })
}

function classes(part: Part): string[] {
  const text = part.read<string>('hoverClass')
  return text === 'none' ? [] : text.split(/\s+/).filter(Boolean)
}
