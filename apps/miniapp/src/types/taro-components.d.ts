import '@tarojs/components'

declare module '@tarojs/components/types/common' {
  interface StandardProps {
    /** Passed on to WeChat by `config/accessibility.ts`. */
    ariaChecked?: boolean
  }
}
