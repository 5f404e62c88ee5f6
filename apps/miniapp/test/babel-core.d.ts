/** What the tests use of Babel, which brings no types of its own. */
declare module '@babel/core' {
  type Tree = object
  type ProgramPath = { scope: { globals: Record<string, object> }; stop(): void }

  export function parseSync(
    source: string,
    options: { configFile: false; babelrc: false; sourceType: 'script' },
  ): Tree
  export function traverse(tree: Tree, visitor: { Program(path: ProgramPath): void }): void
}
