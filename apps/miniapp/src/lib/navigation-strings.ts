export const strings = {
  zh_CN: { loadFailed: '页面加载失败，请检查网络后重试' },
  en: { loadFailed: "Couldn't load the page. Check your network and try again." },
}
