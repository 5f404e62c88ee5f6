import { useSession } from '../session/index.ts'
import { ErrorMessage } from './error-message.tsx'

/** Tells a guest why the server has ended their session. */
export function SessionEnded() {
  const { state } = useSession()
  if (state.kind === 'user' || !state.endedBy) return null
  return <ErrorMessage error={state.endedBy} />
}
