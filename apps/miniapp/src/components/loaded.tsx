import type { ReactNode } from 'react'
import { LoadFailed } from './load-failed.tsx'
import type { Resource } from './use-resource.ts'

type Props<Value> = {
  resource: Resource<Value>
  /** The shape of what is to come. */
  skeleton: ReactNode
  children: (value: Value) => ReactNode
}

/** What the server has, in each of its states: on its way, failed with a way to try again, there. */
export function Loaded<Value>({ resource, skeleton, children }: Props<Value>) {
  const { value, error, isLoading, reload } = resource
  return (
    <>
      {error !== null && (
        <LoadFailed error={error} hasContent={value !== null} onRetry={() => void reload()} />
      )}
      {value !== null ? children(value) : isLoading && skeleton}
    </>
  )
}
