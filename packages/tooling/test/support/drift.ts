/** The arguments of Prisma that compare the schema with the migrations. */
export const drift = [
  'migrate',
  'diff',
  '--exit-code',
  '--from-migrations',
  'prisma/migrations',
  '--to-schema',
  'prisma/schema.prisma',
]
