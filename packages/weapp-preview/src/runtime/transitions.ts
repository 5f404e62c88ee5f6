const timing: KeyframeAnimationOptions = { duration: 280, easing: 'cubic-bezier(0.32, 0.72, 0, 1)' }
const aside: Keyframe = { transform: 'translateX(100%)' }
const inPlace: Keyframe = { transform: 'none' }

const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches

/** Moves a page in from the right, over the page below it, as a phone does. */
export async function slideIn(page: HTMLElement, below: HTMLElement | undefined): Promise<void> {
  if (isStill()) return
  below?.setAttribute('data-below', '')
  await page.animate([aside, inPlace], timing).finished.catch(() => {})
  below?.removeAttribute('data-below')
}

/** Moves a page out to the right; resolves when it can be taken away. It is not part of the tree of pages any more. */
export async function slideOut(page: HTMLElement): Promise<void> {
  page.removeAttribute('data-active')
  page.setAttribute('data-leaving', '')
  page.inert = true
  if (!isStill()) await page.animate([inPlace, aside], timing).finished.catch(() => {})
}
