/** The prefix of a mini program's storage keys: each AppID and user has separate storage. */
export const storagePrefix = (appId: string, user: string): string => `weapp-storage:${appId}:${user}:`

/** The prefix of the files that a mini program has written. */
export const filesPrefix = (appId: string, user: string): string => `weapp-files:${appId}:${user}:`

/** The key of a user's privacy consent. */
export const privacyKey = (appId: string, user: string): string => `weapp-privacy:${appId}:${user}`

/** The key of the phone numbers that a user has added. */
export const phoneNumbersKey = (user: string): string => `weapp-phone-numbers:${user}`
