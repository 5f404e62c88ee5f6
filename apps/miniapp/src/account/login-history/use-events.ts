import type { AuditEvent } from '@repo/shared'
import { useRef } from 'react'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useQuery } from '../../hooks/use-query.ts'
import { useSession } from '../../session/index.ts'
import { type LoginHistoryKind, loadLoginHistory } from '../api.ts'

/** `next`: the cursor of the next page; `null` after the last. */
type Events = { list: AuditEvent[]; next: string | null }

/** Loads the newest page on mount, and older pages on demand. */
export function useEvents(kind: LoginHistoryKind) {
  const { session } = useSession()
  const latest = useRef<Events | null>(null)

  async function load(before?: string): Promise<Events> {
    const { events, nextLogins, nextChanges } = await loadLoginHistory(session, {
      kind,
      ...(before !== undefined && { before }),
    })
    return { list: events, next: (kind === 'logins' ? nextLogins : nextChanges) ?? null }
  }

  const events = useQuery(load)
  latest.current = events.value

  const more = useMutation(async () => {
    const shown = latest.current
    if (!shown?.next) return
    const older = await load(shown.next)
    // After a reload, the older page no longer follows the visible list.
    if (latest.current !== shown) return
    events.setValue({ list: [...shown.list, ...older.list], next: older.next })
  })

  return { events, more, loadMore: () => void more.run() }
}
