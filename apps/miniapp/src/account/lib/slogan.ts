/** What stands below the name of the mini program. */
export const slogans = {
  zh_CN: '一次登录，安心停留',
  en: 'Sign in once, feel at home',
}
