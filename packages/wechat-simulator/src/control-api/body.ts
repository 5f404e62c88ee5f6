import { HttpError } from '@repo/tooling/local-http'

/** The JSON object of a request; `{}` for a method without a body. */
export type Body = Readonly<Record<string, unknown>>

/** Returns the JSON response; `undefined` is a 204. */
export type Operation = (body: Body) => unknown

/** The operations by method and path. */
export type Operations = Record<`${'GET' | 'POST' | 'PUT' | 'DELETE'} /__simulator/${string}`, Operation>

export function fail(status: number, message: string): never {
  throw new HttpError(status, message)
}

export function asObject(body: unknown): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(400, 'the body must be a JSON object')
  }
  return body as Body
}

export function textOf(body: Body, field: string): string {
  const value = body[field]
  if (typeof value !== 'string' || value === '') throw new HttpError(400, `"${field}" must be a text`)
  return value
}

export function textsOf(body: Body, field: string): string[] {
  const value = body[field]
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw new HttpError(400, `"${field}" must be a list of texts`)
  }
  return value
}

export function choiceOf<Choice extends string>(
  body: Body,
  field: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((choice) => choice === body[field])
  return choice ?? fail(400, `"${field}" must be one of ${choices.join(', ')}`)
}

/** A hundred years in milliseconds: a date that far away is still a date. */
const maximumCount = 3_155_760_000_000

export function countOf(body: Body, field: string): number {
  const value = body[field]
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > maximumCount) {
    throw new HttpError(400, `"${field}" must be a whole number from 1 to ${maximumCount}`)
  }
  return value
}

export function flagOf(body: Body, field: string): boolean {
  const value = body[field]
  return typeof value === 'boolean' ? value : fail(400, `"${field}" must be true or false`)
}

/** A field that may be left out. */
export function optional<Value>(
  body: Body,
  field: string,
  read: (body: Body, field: string) => Value,
): Value | undefined {
  return body[field] === undefined ? undefined : read(body, field)
}
