import { useDidHide, useDidShow } from '@tarojs/taro'
import { useRef } from 'react'

/** Calls when the page is seen again, after another page or another app was. */
export function useReturn(onReturn: () => void): void {
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
