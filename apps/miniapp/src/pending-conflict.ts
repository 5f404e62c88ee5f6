import type { Conflict } from '@repo/shared'
import { openPage, whenLoginIsClosed } from './navigation.ts'

let pending: Conflict | null = null

/**
 * Offers to join two accounts: opens the merge page, over whatever the login led to. The person is in already and may
 * decline. From another page than the login it opens at once.
 */
export async function offerMerge(conflict: Conflict): Promise<void> {
  pending = conflict
  await whenLoginIsClosed()
  await openPage('merge')
}

/** What the merge page was opened for; once, and `null` where nothing was offered, as after a shared link. */
export function takePendingConflict(): Conflict | null {
  const conflict = pending
  pending = null
  return conflict
}
