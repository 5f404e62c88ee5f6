import { useCountdown } from '../../hooks/use-countdown.ts'
import type { Mutation } from '../../hooks/use-mutation.ts'
import { useStrings } from '../../i18n/index.ts'
import { strings } from './retry-strings.ts'

/** Button props for a mutation: the label of its state, and the wait after a 429. */
export function useSubmitButton(
  { isPending, error }: Pick<Mutation<never>, 'isPending' | 'error'>,
  labels: { idle: string; pending: string },
): { label: string; loading: boolean; disabled: boolean } {
  const { retryIn } = useStrings(strings)
  const secondsLeft = useCountdown(error)
  const isWaiting = secondsLeft > 0
  const label = isPending ? labels.pending : isWaiting ? retryIn(secondsLeft) : labels.idle
  return { label, loading: isPending, disabled: isWaiting }
}
