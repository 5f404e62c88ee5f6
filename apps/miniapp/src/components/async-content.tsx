import type { ReactNode } from 'react'
import type { Resource } from '../hooks/use-query.ts'
import { useWords } from '../i18n/index.ts'
import { LoadFailed } from './error-state.tsx'

/** In place of what could not be loaded for want of a network. */
export const words = { zh_CN: '连上网络后，这里会自动显示。', en: 'This appears once you are online.' }

type Props<Value> = {
  resource: Resource<Value>
  /** The shape of what is to come. */
  skeleton: ReactNode
  children: (value: Value) => ReactNode
}

/** What the server has, in each of its states: on its way, failed with a way to try again, there. */
export function Loaded<Value>({ resource, skeleton, children }: Props<Value>) {
  const whenOnline = useWords(words)
  const { value, error, isLoading, reload } = resource
  return (
    <>
      {error !== null && (
        <LoadFailed
          error={error}
          offlineWords={value === null ? whenOnline : undefined}
          onRetry={() => void reload()}
        />
      )}
      {value !== null ? children(value) : isLoading && skeleton}
    </>
  )
}
