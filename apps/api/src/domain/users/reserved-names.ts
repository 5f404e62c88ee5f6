import type { Config } from '../../config/config.ts'
import { ApiError } from '../../utils/api-error.ts'
import { foldLookalikes } from './lookalikes.ts'

/** Names that would let a user pass for the operator. Chinese ones match anywhere in a name. */
const builtIn = [
  ...['官方', '客服', '管理员', '工作人员', '系统通知', '系统消息', '系统管理', '运营团队', '微信团队'],
  ...['admin', 'administrator', 'official', 'system', 'moderator', 'staff', 'support', 'customer service'],
]
/** Usual within other names, such as 生态系统. */
const wholeNames = ['系统']

export type ReservedNames = {
  isReserved(name: string): boolean
  /** @throws ApiError `name_reserved` for a name that looks like a reserved one. */
  assertAllowed(name: string): void
}

export function createReservedNames({ reservedNames }: Pick<Config, 'reservedNames'>): ReservedNames {
  const all = [...builtIn, ...reservedNames].map(foldLookalikes)
  const inside = all.filter(hasHan).map(compact)
  const words = new Set(all.filter((name) => !hasHan(name)).map(compact))
  const whole = new Set(wholeNames)

  function isReserved(name: string): boolean {
    const folded = foldLookalikes(name)
    const compacted = compact(folded)
    if (whole.has(compacted) || inside.some((reserved) => compacted.includes(reserved))) return true
    // Digits and signs may stand for letters, surround the word, or both.
    const plain = name.normalize('NFKC')
    const variants = [
      plain.replace(/[\p{N}|!@$]/gu, ' '),
      plain.replace(/[\p{N}|!@$]+(?![\p{L}\p{N}])/gu, ' '),
    ]
    return [folded, ...variants.map(foldLookalikes)].some((text) =>
      wordsOf(text).some((word) => words.has(word)),
    )
  }

  return {
    isReserved,
    assertAllowed(name) {
      if (isReserved(name)) throw new ApiError('name_reserved')
    },
  }
}

const hasHan = (text: string) => /\p{Script=Han}/u.test(text)

/** Letters and digits alone. */
const compact = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '')

/** The words of a name, and what neighbours make together: `a d m i n` has `admin`. Han divides it too. */
function wordsOf(text: string): string[] {
  return text.split(/\p{Script=Han}+/u).flatMap((run) => {
    const words = run.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
    return words.flatMap((_, start) =>
      words.slice(start).map((_, length) => words.slice(start, start + length + 1).join('')),
    )
  })
}
