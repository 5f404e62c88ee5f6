import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Session } from './session.ts'
import type { SessionState } from './store.ts'

/** `app.tsx` provides the session. */
export const SessionContext = createContext<Session | null>(null)

/** The session and its state. The component renders again when the state changes. */
export function useSession(): { state: SessionState; session: Session } {
  const session = useContext(SessionContext)
  if (!session) throw new Error('useSession needs a SessionContext')
  return { state: useSyncExternalStore(session.subscribe, session.state), session }
}
