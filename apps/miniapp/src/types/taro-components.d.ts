import '@tarojs/components'

declare module '@tarojs/components/types/common' {
  interface StandardProps {
    /** `config/accessibility.ts` passes it on to WeChat. */
    ariaChecked?: boolean
  }
}
