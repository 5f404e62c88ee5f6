import type { Conflict } from '@repo/shared'
import { openPage, whenLoginIsClosed } from '../../lib/navigation.ts'
import { createVariable, type Observable } from '../../lib/observable.ts'

const pending = createVariable<Conflict | null>(null)

/** What the merge page is open for: the latest offer; `null` where nothing was offered, as after a shared link. */
export const pendingConflict: Observable<Conflict | null> = pending

/**
 * Offers to join two accounts: opens the merge page, over whatever the login led to. The person is in already and may
 * decline. From another page than the login it opens at once.
 */
export async function offerMerge(conflict: Conflict): Promise<void> {
  pending.set(conflict)
  await whenLoginIsClosed()
  // What waited for the login goes on first, and may open a page of its own.
  await new Promise<void>((resolve) => setTimeout(resolve, 0))
  await openPage('merge')
}

/** The person has left this offer; a newer one stays. */
export function forgetConflict(conflict: Conflict | null): void {
  if (pending.get() === conflict) pending.set(null)
}
