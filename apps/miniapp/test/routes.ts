import { readFileSync } from 'node:fs'
import ts from 'typescript-5.4'

const path = new URL('../src/lib/navigation.ts', import.meta.url)

/** The names of the type `Route`, of which nothing is left in the bundle. */
export function routes(): string[] {
  const file = ts.createSourceFile('navigation.ts', readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const route = file.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === 'Route',
  )
  if (!route || !ts.isUnionTypeNode(route.type)) throw new Error('navigation.ts has no union Route')
  return route.type.types.map((type) => {
    if (!ts.isLiteralTypeNode(type) || !ts.isStringLiteral(type.literal))
      throw new Error('a Route is no string')
    return type.literal.text
  })
}
