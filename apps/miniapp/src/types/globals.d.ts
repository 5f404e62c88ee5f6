/** The API's addresses; `config/index.ts` writes them into the bundle. */
declare const API_URLS: import('../lib/api-url.ts').ApiUrls

/** Which of WeChat's phone buttons this mini program has, written into the bundle likewise. */
declare const PHONE_OPEN_TYPE: 'getPhoneNumber' | 'getRealtimePhoneNumber'

declare module '*.css'

// The few globals that WeChat has in common with browsers; their library of types would allow far too much.
declare function setTimeout(callback: () => void, delayMs: number): number
declare function clearTimeout(timer: number | undefined): void
declare function setInterval(callback: () => void, delayMs: number): number
declare function clearInterval(timer: number | undefined): void
