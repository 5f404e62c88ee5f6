import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Session } from './session.ts'
import type { SessionState } from './store.ts'

/** The session, handed down by `app.tsx`. */
export const SessionContext = createContext<Session | null>(null)

/** Who is logged in, and what pages can do about it. The page renders again when that changes. */
export function useSession(): { state: SessionState; session: Session } {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs a SessionContext around it')
  return { state: useSyncExternalStore(session.subscribe, session.state), session }
}
