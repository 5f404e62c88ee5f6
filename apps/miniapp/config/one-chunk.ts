import { readConfig } from '@tarojs/helper'
import type { Module } from 'webpack'

type Chunk = { name?: string | null }
type Context = { chunkGraph: { isEntryModule(module: Module): boolean } }

/**
 * Gathers our own code of the main package in `common.js`, instead of what several pages share alone: alike
 * modules cost less when they are compressed together. What only sub-packages need stays with them.
 */
export function oneChunk(appConfigPath: string) {
  const { subPackages = [] } = readConfig(appConfigPath) as { subPackages?: { root: string }[] }
  return {
    name: 'common',
    minChunks: 1,
    priority: 1,
    chunks: ({ name }: Chunk) => !subPackages.some(({ root }) => name?.startsWith(`${root}/`)),
    test(module: Module, { chunkGraph }: Context) {
      const path = module.nameForCondition() ?? 'node_modules'
      // Taro reads the configuration of pages while it builds; nothing runs it.
      return !/node_modules|\.config\.ts$/.test(path) && !chunkGraph.isEntryModule(module)
    },
  }
}
