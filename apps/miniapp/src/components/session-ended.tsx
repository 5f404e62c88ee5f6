import { useSession } from '../session/index.ts'
import { Notice } from './error-message.tsx'

/** Tells somebody who was logged in a moment ago why they no longer are. */
export function SessionEnded() {
  const { state } = useSession()
  if (state.kind === 'user' || !state.endedBy) return null
  return <Notice error={state.endedBy} />
}
