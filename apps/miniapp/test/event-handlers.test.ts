import { readdirSync, readFileSync } from 'node:fs'
import ts from 'typescript-5.4'
import { expect, it } from 'vitest'

const source = new URL('../src/', import.meta.url)

/**
 * Handlers of WeChat's own components that are not written in place: WeChat calls them with an event, which becomes
 * the first parameter of whatever function stands there, as an optional one that TypeScript does not ask about.
 */
function bareHandlersIn(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const raw = rawComponentsOf(file)
  const found: string[] = []
  const check = (name: string, handler: ts.Expression | undefined, node: ts.Node) => {
    if (!/^(on|catch)[A-Z]/.test(name) || !handler) return
    if (ts.isArrowFunction(handler) || ts.isFunctionExpression(handler)) return
    found.push(`${path}: ${node.getText()}`)
  }
  function visit(node: ts.Node, isRaw: boolean): void {
    let isInside = isRaw
    if (ts.isJsxOpeningElement(node) || ts.isJsxSelfClosingElement(node))
      isInside = raw.has(node.tagName.getText())
    // `wechat` and `input` hand on what they hold.
    else if (ts.isJsxAttribute(node)) isInside = isRaw || /^(wechat|input)$/.test(node.name.getText())
    else if (ts.isJsxElement(node) || ts.isJsxFragment(node)) isInside = false
    if (isInside && ts.isJsxAttribute(node) && node.initializer && ts.isJsxExpression(node.initializer))
      check(node.name.getText(), node.initializer.expression, node)
    if (isInside && ts.isPropertyAssignment(node)) check(node.name.getText(), node.initializer, node)
    if (isInside && ts.isShorthandPropertyAssignment(node)) check(node.name.getText(), node.name, node)
    // What an expression draws is visited for itself.
    ts.forEachChild(node, (child) => visit(child, isInside))
  }
  visit(file, false)
  return found
}

/** Names that a file imports from Taro's components. */
function rawComponentsOf(file: ts.SourceFile): Set<string> {
  const names = file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement)) return []
    if ((statement.moduleSpecifier as ts.StringLiteral).text !== '@tarojs/components') return []
    const bindings = statement.importClause?.namedBindings
    return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : []
  })
  return new Set(names)
}

it('no WeChat component gets a bare function, which WeChat would call with the event', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.tsx'),
  )
  expect(files.length).toBeGreaterThan(50)
  const bare = files.flatMap((path) => bareHandlersIn(path, readFileSync(new URL(path, source), 'utf8')))
  expect(bare).toEqual([])
})

it.each([
  '<View onClick={open} />',
  '<View><View catchMove onClick={isOpen ? close : open} /></View>',
  '<View {...(onTap && { onClick: onTap })} />',
  '<Own wechat={{ onGetPhoneNumber: answer }} />',
  '<Own input={{ onBlur }} />',
  '<Own>{isShown && <View onClick={open} />}</Own>',
])('bareHandlersIn finds the bare function of %s', (element) => {
  expect(bareHandlersIn('a.tsx', `import { View } from '@tarojs/components'\n${element}`)).toHaveLength(1)
})

it.each([
  '<View onClick={() => open()} />',
  '<Own onTap={open} />',
  '<View><Own onTap={open} /></View>',
  '<Own input={{ onBlur: () => leave() }} />',
])('bareHandlersIn accepts %s', (element) => {
  expect(bareHandlersIn('a.tsx', `import { View } from '@tarojs/components'\n${element}`)).toEqual([])
})
