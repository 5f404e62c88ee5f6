import type { AuditEvent } from '@repo/shared'
import { useRef } from 'react'
import { useAction } from '../../hooks/use-mutation.ts'
import { useResource } from '../../hooks/use-query.ts'
import { useSession } from '../../session/index.ts'

export type EventKind = 'logins' | 'changes'

/** What is loaded so far, and where the next page begins; `null` after the last. */
type Events = { list: AuditEvent[]; next: string | null }

/** The events of one kind: the newest page when the page is there, and older ones when the user asks for them. */
export function useEvents(kind: EventKind) {
  const { session } = useSession()
  const latest = useRef<Events | null>(null)

  async function load(before?: string): Promise<Events> {
    const query = { kind, ...(before !== undefined && { before }) }
    const { events, nextLogins, nextChanges } = await session.load('GET /v1/me/login-history', { query })
    return { list: events, next: (kind === 'logins' ? nextLogins : nextChanges) ?? null }
  }

  const events = useResource(load)
  latest.current = events.value

  const more = useAction(async () => {
    const shown = latest.current
    if (!shown?.next) return
    const older = await load(shown.next)
    // Loaded anew meanwhile: then the older page no longer follows what is in view.
    if (latest.current !== shown) return
    events.show({ list: [...shown.list, ...older.list], next: older.next })
  })

  return { events, more, loadMore: () => void more.run() }
}
