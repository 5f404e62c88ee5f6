/** Levels with a name of their own, as the mini program shows it. */
const levelDescriptions: Record<number, string> = { 0: '普通用户', 1: 'VIP 用户', 2: '高级 VIP 用户' }

/** The name of a level, to be shown. */
export const levelDescription = (level: number) => levelDescriptions[level] ?? `等级 ${level}`
