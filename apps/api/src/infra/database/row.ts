/** A row as raw SQL returns it: the model of Prisma, its fields named like the columns. */
export type Row<Model> = { [Field in keyof Model & string as SnakeCase<Field>]: Model[Field] }

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name
