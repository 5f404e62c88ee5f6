/** Stands before every key of a mini program's storage: each AppID and each person has a store of their own. */
export const storagePrefix = (appId: string, person: string): string => `weapp-storage:${appId}:${person}:`

/** Stands before every file that a mini program has written, likewise. */
export const filesPrefix = (appId: string, person: string): string => `weapp-files:${appId}:${person}:`

/** Where it is written that a person has agreed to the privacy guide of a mini program. */
export const privacyKey = (appId: string, person: string): string => `weapp-privacy:${appId}:${person}`

/** Where the phone numbers are that a person has added to the one that is bound to their WeChat. */
export const phoneNumbersKey = (person: string): string => `weapp-phone-numbers:${person}`
