/** Chinese unless the browser says otherwise. */
export const browserPrefersChinese = (): boolean => /^zh\b/i.test(navigator.language)
