import fc from 'fast-check'

/** The parts of JSON Schema that the contract uses. */
export type JsonSchema = {
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  enum?: unknown[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  /** Several shapes, told apart by what each requires. */
  oneOf?: { required: string[] }[]
}

/** Values that the schema takes. */
export function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.oneOf) return fc.oneof(...shapesOf(schema).map(fitting))
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => fitting({ ...schema, type })))
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, property]) => [name, fitting(property)]),
        ),
        { requiredKeys: schema.required ?? [] },
      )
    case 'null':
      return fc.constant(null)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 })
    case 'string':
      return fittingText(schema)
    default:
      throw new Error(`the fuzzer does not know the type ${schema.type}`)
  }
}

/** Each with what it requires, and what none requires. */
function shapesOf({ oneOf = [], properties = {}, ...schema }: JsonSchema): JsonSchema[] {
  return oneOf.map(({ required }) => {
    const others = oneOf.flatMap((shape) => shape.required).filter((name) => !required.includes(name))
    const kept = Object.entries(properties).filter(([name]) => !others.includes(name))
    return { ...schema, properties: Object.fromEntries(kept), required }
  })
}

function fittingText({ format, pattern, minLength = 0, maxLength = 64 }: JsonSchema): fc.Arbitrary<string> {
  // All other patterns leave out only what no text may have.
  if (pattern && !pattern.startsWith('^[^') && format === undefined) {
    const expression = new RegExp(pattern, 'u')
    return fc.stringMatching(expression).filter(({ length }) => length >= minLength && length <= maxLength)
  }
  if (format === 'uuid') return fc.uuid()
  if (format === 'date')
    return fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  return fc.oneof(
    fc.string({ minLength, maxLength, unit: 'grapheme' }).filter((text) => !text.includes('\u0000')),
    fc.string({ minLength, maxLength: Math.min(maxLength, 20) }).filter((text) => !text.includes('\u0000')),
  )
}

/** Values that no schema asked for. */
export const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    '',
    [],
    {},
    0,
    -0,
    -1,
    1e308,
    -1e308,
    2 ** 53,
    2 ** 31,
    -(2 ** 31) - 1,
    0.1,
  ),
  fc.constantFrom(
    '\u0000',
    '\ud800',
    'null',
    '0',
    '-1',
    '1e999',
    '__proto__',
    "' OR 1=1 --",
    '%00',
    '{{7*7}}',
    '../../etc/passwd',
    '\r\nx: y',
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.integer({ min: 513, max: 8000 }).map((length) => 'x'.repeat(length)),
  fc.integer({ min: 10, max: 2000 }).map((depth) => JSON.parse('['.repeat(depth) + ']'.repeat(depth))),
  fc.jsonValue({ maxDepth: 4 }),
  fc.constant(JSON.parse('{"__proto__":{"role":"admin"},"constructor":{"prototype":{"role":"admin"}}}')),
)

/** A fitting value with one thing wrong somewhere: another type, a missing or an additional property. */
export function nearlyFitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? {})
  if (names.length === 0) return strange
  return fc
    .tuple(
      fitting(schema) as fc.Arbitrary<Record<string, unknown>>,
      fc.constantFrom(...names, 'role', 'toString', 'extra'),
      strange,
      fc.boolean(),
    )
    .map(([value, name, replacement, remove]) => {
      const { [name]: _removed, ...rest } = value
      return remove ? rest : { ...rest, [name]: replacement }
    })
}

/** JSON as no serializer writes it: duplicate keys, poisoned keys, half a text, numbers at the edge. */
export const strangeJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'null',
    '[]',
    '{"code":"a","code":"b"}',
    '{"__proto__":{"code":"x"}}',
    '{"code":"x","__proto__":null}',
    '{"constructor":{"prototype":{}}}',
    '{"code":1e999}',
    '{"limit":123456789012345678901234567890}',
    '{"code":"\\ud800"}',
    '{"code":"\\u0000"}',
    '\ufeff{}',
    '{"code":"x"',
    '{"code":"x",}',
    "{'code':'x'}",
  ),
  fc.json(),
  fc.string({ maxLength: 100 }),
  fc.integer({ min: 100, max: 7000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
)
