/** In place of content that could not load without a network. */
export const strings = {
  zh_CN: { offline: '网络恢复后将自动加载' },
  en: { offline: 'This loads once you are online.' },
}
