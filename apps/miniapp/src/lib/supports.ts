import Taro from '@tarojs/taro'

/** Whether this WeChat has a function, such as `shareFileMessage`; not where it cannot say. */
export function supports(name: string): boolean {
  try {
    return Taro.canIUse?.(name) === true
  } catch {
    return false
  }
}
