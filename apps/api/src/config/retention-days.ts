/** Ours: the law wants records of rejected content and names no period, so the one of network logs is taken. */
export const contentVerdictDays = 184

/** Enough to see an attack and its start. */
export const failedLoginDays = 7
