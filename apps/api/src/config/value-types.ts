/** A variable has a value that cannot be used. The message says what it must be, and never repeats a secret. */
export class InvalidValue extends Error {}

export const text = (value: string): string => value

/** Only digits: `Number` alone would also accept `0x10`, `1e3` and a space. */
export const integer =
  (minimum: number, maximum: number) =>
  (value: string): number => {
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= minimum && number <= maximum) return number
    throw new InvalidValue(`must be a whole number from ${minimum} to ${maximum}`)
  }

export const limit = integer(0, 1_000_000_000)

export const oneOf =
  <const Word extends string>(...words: Word[]) =>
  (value: string): Word => {
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) throw new InvalidValue(`must be one of ${words.join(', ')}`)
    return word
  }

/** Texts with commas between them, Chinese ones too. */
export const list = (value: string): string[] =>
  value
    .split(/[,，]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
