/** Shown below the brand. */
export const slogans = {
  zh_CN: '一次登录，安心停留',
  en: 'Log in once, feel at home',
}
