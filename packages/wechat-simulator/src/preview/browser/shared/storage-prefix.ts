/** Stands before every key of a mini program's storage: each AppID and each person has a store of their own. */
export const storagePrefix = (appId: string, person: string): string => `weapp-storage:${appId}:${person}:`
