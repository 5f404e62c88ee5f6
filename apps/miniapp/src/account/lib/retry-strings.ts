export const strings = {
  zh_CN: { retryIn: (seconds: number) => `请 ${seconds} 秒后重试` },
  en: { retryIn: (seconds: number) => `Try again in ${seconds} s` },
}
