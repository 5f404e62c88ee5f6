import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { entityDiagram } from '../src/docs/entity-diagram.ts'
import { generatedFiles } from '../src/docs/generated-files.ts'
import { repository } from './support/project-copy.ts'

const files = await generatedFiles(repository)

it.each(Object.keys(files))('%s is what generate:docs writes', async (path) => {
  expect(await readFile(join(repository, path), 'utf8'), 'run: npx -y pnpm@12.21.0 generate:docs').toBe(
    files[path],
  )
})

it('entityDiagram shows columns, keys, foreign keys and ids without one', () => {
  const schema = `
model User {
  id        String   @id @db.Uuid
  name      String?  @unique
  invitedBy String?  @map("invited_by") @db.Uuid
  notes     Note[]
  inviter   User?    @relation("x", fields: [invitedBy], references: [id])
  @@map("users")
}
/// A note.
model Note {
  userId String @map("user_id") @db.Uuid
  number Int
  user   User   @relation(fields: [userId], references: [id])
  @@id([userId, number])
  @@map("notes")
}
model Event {
  id     BigInt @id
  userId String @map("user_id")
  @@map("events")
}
`
  expect(
    entityDiagram(schema)
      .split('\n')
      .map((line) => line.trim()),
  ).toEqual([
    'erDiagram',
    'users |o--o{ users : invited_by',
    'users ||--o{ notes : user_id',
    'users |o..o{ events : user_id',
    'users {',
    'uuid id PK',
    'text name UK',
    'uuid invited_by FK',
    '}',
    'notes {',
    'uuid user_id PK, FK',
    'integer number PK',
    '}',
    'events {',
    'bigint id PK',
    'text user_id',
    '}',
  ])
})
