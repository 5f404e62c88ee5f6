import { useDidHide, useDidShow } from '@tarojs/taro'
import { useRef } from 'react'

/** Calls `onReturn` when the user comes back from another page or app. */
export function useOnReturn(onReturn: () => void): void {
  const wasHidden = useRef(false)
  useDidHide(() => {
    wasHidden.current = true
  })
  useDidShow(() => {
    if (!wasHidden.current) return
    wasHidden.current = false
    onReturn()
  })
}
