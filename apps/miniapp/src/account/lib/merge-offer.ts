import type { Conflict } from '@repo/shared'
import { openPage, waitForLoginClosed } from '../../lib/navigation.ts'
import { createObservable, type Observable } from '../../lib/observable.ts'

const conflict = createObservable<Conflict | null>(null)

/** The latest offer for the merge page; `null` without one, as after a shared link. */
export const mergeOffer: Observable<Conflict | null> = conflict

/** Opens the merge page on top of the page that the login led to. The user may decline. */
export async function offerMerge(offer: Conflict): Promise<void> {
  conflict.set(offer)
  await waitForLoginClosed()
  // Whatever waited for the login continues first, and may open a page of its own.
  await new Promise<void>((resolve) => setTimeout(resolve, 0))
  await openPage('merge')
}

/** Clears this offer when its page closes; a newer one stays. */
export function clearMergeOffer(offer: Conflict | null): void {
  if (conflict.get() === offer) conflict.set(null)
}
