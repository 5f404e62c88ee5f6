import type { ReactNode } from 'react'
import type { Query } from '../hooks/use-query.ts'
import { useStrings } from '../i18n/index.ts'
import { strings } from './async-content-strings.ts'
import { ErrorState } from './error-state.tsx'

type Props<Value> = {
  query: Query<Value>
  skeleton: ReactNode
  children: (value: Value) => ReactNode
}

/** Shows a query: the skeleton, the error with a retry button, or the value. */
export function AsyncContent<Value>({ query, skeleton, children }: Props<Value>) {
  const t = useStrings(strings)
  const { value, error, isLoading, reload } = query
  return (
    <>
      {error !== null && (
        <ErrorState
          error={error}
          offlineMessage={value === null ? t.offline : undefined}
          onRetry={() => void reload()}
        />
      )}
      {value !== null ? children(value) : isLoading && skeleton}
    </>
  )
}
