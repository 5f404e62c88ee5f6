import { type Static, type TObject, type TSchema, type TString, Type } from 'typebox'

/** A text from a client. NUL and lone surrogates are rejected: PostgreSQL cannot store them. Lengths count code points. */
export const Text = ({ minLength = 1, maxLength }: { minLength?: number; maxLength: number }): TString =>
  Type.String({ minLength, maxLength, pattern: '^[^\\u0000\\ud800-\\udfff]*$' })

/**
 * A nickname of up to 32 characters, an emoji being one. The limit here counts code points, of which an emoji may have
 * ten; the API counts characters.
 */
export const Nickname = (): TString => Text({ maxLength: 400 })

/** A calendar day, such as `1990-05-17`. */
export const Day = (): TString =>
  Type.String({ format: 'date', maxLength: 10, pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/**
 * A UUID in lower case; the API creates version 7, which sorts by time. The format alone would allow other spellings of
 * the same id, which PostgreSQL considers equal and `===` does not.
 */
export const Id = (): TString => Type.String({ format: 'uuid', pattern: '^[0-9a-f-]{36}$' })

/** An instant as ISO 8601 in UTC, such as `2026-01-31T08:00:00.000Z`. */
export const Timestamp = (): TString => Type.String({ format: 'date-time' })

/** `null` if a value is unknown. A type list rather than `anyOf`, which makes the serializer try each branch. */
export const Nullable = <Schema extends TSchema & { type: string }>(schema: Schema) =>
  Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, 'null'] })

/** An enum of strings. */
export const OneOf = <const Word extends string>(...words: Word[]) =>
  Type.Unsafe<Word>({ type: 'string', enum: words })

/** An enum of strings, or `null` if the value is unknown. */
export const NullableOneOf = <const Word extends string>(...words: Word[]) =>
  Type.Unsafe<Word | null>({ type: ['string', 'null'], enum: [...words, null] })

/** One of two shapes, told apart by what each requires. A request with both, or neither, is rejected. */
export const EitherOf = <First extends TObject, Second extends TObject>(first: First, second: Second) =>
  Type.Unsafe<Static<First> | Static<Second>>({
    type: 'object',
    properties: { ...first.properties, ...second.properties },
    oneOf: [first, second].map(({ required }) => ({ required })),
  })
