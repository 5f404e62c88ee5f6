/** Six months, whichever months they are: 网络安全法, article 23. */
export const legalLogDays = 184
