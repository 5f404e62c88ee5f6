import { View } from '@tarojs/components'
import type { ReactNode } from 'react'
import { useText } from '../text/index.ts'
import { ActionButton } from './action-button.tsx'
import { Notice } from './notice.tsx'
import type { Resource } from './use-resource.ts'

type Props<Value> = {
  resource: Resource<Value>
  /** The shape of what is to come. */
  skeleton: ReactNode
  children: (value: Value) => ReactNode
}

/** What the server has, in each of its states: on its way, failed with a way to try again, there. */
export function Loaded<Value>({ resource, skeleton, children }: Props<Value>) {
  const { common } = useText()
  const { value, error, isLoading, reload } = resource
  return (
    <>
      {error !== null && (
        <View className="card">
          <Notice error={error} />
          <ActionButton look="soft" label={common.retry} onPress={() => void reload()} />
        </View>
      )}
      {value !== null ? children(value) : isLoading && skeleton}
    </>
  )
}
