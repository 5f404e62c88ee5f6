/** `config/index.ts` writes these constants into the bundle. */
declare const API_URLS: import('../lib/api-url.ts').ApiUrls
declare const PHONE_HAS_OWN_PAGE: boolean
declare const PHONE_OPEN_TYPE: 'getPhoneNumber' | 'getRealtimePhoneNumber'

declare module '*.css'

// WeChat shares these globals with browsers; TypeScript's DOM library would allow far more.
declare function setTimeout(callback: () => void, delayMs: number): number
declare function clearTimeout(timer: number | undefined): void
declare function setInterval(callback: () => void, delayMs: number): number
declare function clearInterval(timer: number | undefined): void
