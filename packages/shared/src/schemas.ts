import { type Static, type TObject, type TSchema, type TString, Type } from 'typebox'

/** A text from outside. NUL and half of a surrogate pair are refused: PostgreSQL cannot store them. Lengths count code points. */
export const Text = ({ minLength = 1, maxLength }: { minLength?: number; maxLength: number }): TString =>
  Type.String({ minLength, maxLength, pattern: '^[^\\u0000\\ud800-\\udfff]*$' })

/**
 * A name as people write it: up to 32 characters as people count them, an emoji being one. The bound here counts code
 * points, of which an emoji may have ten; the API counts characters.
 */
export const Nickname = (): TString => Text({ maxLength: 400 })

/** A calendar day, such as `1990-05-17`. */
export const Day = (): TString =>
  Type.String({ format: 'date', maxLength: 10, pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/**
 * A UUID in lower case; ours are version 7, so they sort by the time they were made. The format alone would let pass
 * other spellings of the same id, which PostgreSQL takes for equal and `===` does not.
 */
export const Id = (): TString => Type.String({ format: 'uuid', pattern: '^[0-9a-f-]{36}$' })

/** A moment as ISO 8601 in UTC, such as `2026-01-31T08:00:00.000Z`. */
export const Timestamp = (): TString => Type.String({ format: 'date-time' })

/** `null` where a value is unknown. A type list rather than `anyOf`, which the serializer would have to try out. */
export const Nullable = <Schema extends TSchema & { type: string }>(schema: Schema) =>
  Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] })

/** One of a few words. */
export const OneOf = <const Word extends string>(...words: Word[]) =>
  Type.Unsafe<Word>({ type: 'string', enum: words })

/** One of a few words, or `null` where it is unknown. */
export const NullableOneOf = <const Word extends string>(...words: Word[]) =>
  Type.Unsafe<Word | null>({ type: ['string', 'null'], enum: [...words, null] })

/** One of two shapes, told apart by what each requires: whoever sends both, or neither, is refused. */
export const EitherOf = <First extends TObject, Second extends TObject>(first: First, second: Second) =>
  Type.Unsafe<Static<First> | Static<Second>>({
    type: 'object',
    properties: { ...first.properties, ...second.properties },
    oneOf: [first, second].map(({ required }) => ({ required })),
  })
