/** Stands before every key of a mini program's storage: each AppID and each user has a store of their own. */
export const storagePrefix = (appId: string, user: string): string => `weapp-storage:${appId}:${user}:`

/** Stands before every file that a mini program has written, likewise. */
export const filesPrefix = (appId: string, user: string): string => `weapp-files:${appId}:${user}:`

/** Where it is written that a user has agreed to the privacy guide of a mini program. */
export const privacyKey = (appId: string, user: string): string => `weapp-privacy:${appId}:${user}`

/** Where the phone numbers are that a user has added to the one that is bound to their WeChat. */
export const phoneNumbersKey = (user: string): string => `weapp-phone-numbers:${user}`
