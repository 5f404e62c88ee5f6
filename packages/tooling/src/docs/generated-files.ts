import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openApiDocument } from '@repo/shared/openapi'
import { entityDiagram } from './entity-diagram.ts'

const start = '<!-- entities:start, written by `npx -y pnpm@12.21.0 generate:docs` -->'
const end = '<!-- entities:end -->'

/** The current content of generated files, by path below `folder`. */
export async function generatedFiles(folder: string): Promise<Record<string, string>> {
  const read = (path: string) => readFile(join(folder, path), 'utf8')
  const diagram = entityDiagram(await read('prisma/schema.prisma'))
  return {
    'packages/shared/openapi.json': `${JSON.stringify(openApiDocument(), null, 2)}\n`,
    'docs/architecture.md': withDiagram(await read('docs/architecture.md'), diagram),
  }
}

function withDiagram(page: string, diagram: string): string {
  const [before, rest] = page.split(start)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`docs/architecture.md lacks the lines "${start}" and "${end}"`)
  return `${before}${start}\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${end}${after}`
}
