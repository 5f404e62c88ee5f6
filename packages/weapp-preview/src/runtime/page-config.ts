import type { Bundle } from '../common/bundle.ts'
import type { Theme } from './theme.ts'

/** How a page's window looks, after app.json and the theme. */
export type PageConfig = {
  title: string
  navigationBackground: string
  navigationTextStyle: 'black' | 'white'
  /** `custom`: the page reaches up to the top; only the capsule is drawn. */
  navigationStyle: 'default' | 'custom'
  background: string
  enablePullDownRefresh: boolean
  /** Distance from the end, in px, at which `onReachBottom` is called. */
  reachBottomDistance: number
}

export function readPageConfig(bundle: Bundle, theme: Theme, route: string): PageConfig {
  const app = (bundle.configs.app?.window ?? {}) as Record<string, unknown>
  const values: Record<string, unknown> = { ...app, ...bundle.configs[route] }
  const text = (name: string, fallback: string) => theme.resolve(values[name]) ?? fallback
  return {
    title: text('navigationBarTitleText', ''),
    navigationBackground: text('navigationBarBackgroundColor', '#000000'),
    navigationTextStyle: text('navigationBarTextStyle', 'white') === 'black' ? 'black' : 'white',
    navigationStyle: text('navigationStyle', 'default') === 'custom' ? 'custom' : 'default',
    background: text('backgroundColor', theme.name() === 'dark' ? '#111111' : '#ffffff'),
    enablePullDownRefresh: values.enablePullDownRefresh === true,
    reachBottomDistance: typeof values.onReachBottomDistance === 'number' ? values.onReachBottomDistance : 50,
  }
}
