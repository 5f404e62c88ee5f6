import Taro from '@tarojs/taro'

/** Whether this WeChat version has a function, such as `shareFileMessage`. */
export function supports(name: string): boolean {
  try {
    return Taro.canIUse?.(name) === true
  } catch {
    return false
  }
}
