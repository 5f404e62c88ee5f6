type Field = { name: string; column: string; type: string; isOptional: boolean; attributes: string }
type Model = { name: string; table: string; fields: Field[]; attributes: string[] }

/** The tables of a Prisma schema as a mermaid diagram: columns, keys and references. */
export function entityDiagram(schema: string): string {
  const models = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) =>
    parseModel(name, body),
  )
  const byName = new Map(models.map((model) => [model.name, model]))
  return [
    'erDiagram',
    ...models.flatMap((model) => relations(model, byName)),
    ...models.flatMap((model) => [
      `  ${model.table} {`,
      ...model.fields.filter(({ type }) => !byName.has(type)).map((field) => column(field, model)),
      '  }',
    ]),
  ].join('\n')
}

function parseModel(name: string, body: string): Model {
  const lines = body
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
  const attributes = lines.filter((line) => line.startsWith('@@'))
  const fields = lines.filter((line) => !line.startsWith('@@')).map(parseField)
  return { name, table: mapped(attributes.join(' '), '@@map') ?? name, fields, attributes }
}

function parseField(line: string): Field {
  const [, name = '', type = '', suffix = '', attributes = ''] =
    /^(\w+)\s+(\w+)(\[\]|\?)?\s*(.*)$/.exec(line) ?? []
  return { name, column: mapped(attributes, '@map') ?? name, type, isOptional: suffix === '?', attributes }
}

const mapped = (attributes: string, attribute: string): string | undefined =>
  new RegExp(`${attribute}\\("(\\w+)"\\)`).exec(attributes)?.[1]

/** Names inside `fields: [userId]` or `@@id([appId, openid])`. */
const listed = (attributes: string, start: string): string[] =>
  attributes
    .split(`${start}[`)[1]
    ?.split(']')[0]
    ?.split(',')
    .map((name) => name.trim()) ?? []

function column(field: Field, { fields, attributes }: Model): string {
  const primary = attributes.flatMap((attribute) => listed(attribute, '@@id('))
  const foreign = fields.flatMap((other) => listed(other.attributes, 'fields: '))
  const keys = [
    ...(/@id\b/.test(field.attributes) || primary.includes(field.name) ? ['PK'] : []),
    ...(foreign.includes(field.name) ? ['FK'] : []),
    ...(/@unique\b/.test(field.attributes) ? ['UK'] : []),
  ]
  return `    ${sqlType(field)} ${field.column} ${keys.join(', ')}`.trimEnd()
}

const sqlTypes: Record<string, string> = {
  BigInt: 'bigint',
  Boolean: 'boolean',
  Bytes: 'bytea',
  DateTime: 'timestamp',
  Int: 'integer',
  Json: 'jsonb',
  String: 'text',
}

/** The column's type in PostgreSQL, or the name of an enum. */
const sqlType = ({ type, attributes }: Field): string =>
  /@db\.(\w+)/.exec(attributes)?.[1]?.toLowerCase() ?? sqlTypes[type] ?? type

/** Solid lines are foreign keys; dotted ones name a user's id without one. */
function relations({ table, fields, attributes }: Model, byName: Map<string, Model>): string[] {
  const related = fields.flatMap(({ type, attributes: relation }) => {
    const target = byName.get(type)
    const [key] = listed(relation, 'fields: ')
    const field = fields.find(({ name }) => name === key)
    if (!target || !field) return []
    const isOne = /@id\b|@unique\b/.test(field.attributes)
    return [
      `  ${target.table} ${field.isOptional ? '|o' : '||'}--${isOne ? 'o|' : 'o{'} ${table} : ${field.column}`,
    ]
  })
  const foreign = fields.flatMap((other) => listed(other.attributes, 'fields: '))
  const unbound = fields
    .filter(({ name }) => /^(user|otherUser|actor)Id$/.test(name) && !foreign.includes(name))
    .map(({ column: name, attributes: own }) => {
      const isOne = /@id\b/.test(own) || attributes.some((line) => line.startsWith(`@@id([${name}])`))
      return `  users |o..${isOne ? 'o|' : 'o{'} ${table} : ${name}`
    })
  return [...related, ...unbound]
}
