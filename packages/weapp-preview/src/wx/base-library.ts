/** The base library that is imitated: a function that came later is `undefined`. */
export const baseLibraryVersion = '3.9.0'
