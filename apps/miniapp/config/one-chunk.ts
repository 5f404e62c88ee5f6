import { readConfig } from '@tarojs/helper'
import type { Module } from 'webpack'

type Context = {
  chunkGraph: {
    getModuleChunks(module: Module): { name?: string | null }[]
    isEntryModule(module: Module): boolean
  }
}

/**
 * Gathers our own code of the main package in `common.js`, instead of only what several pages share: alike
 * modules cost less when they are compressed together. What sub-packages alone need stays with them.
 */
export function oneChunk(appConfigPath: string) {
  const { subPackages = [] } = readConfig(appConfigPath) as { subPackages?: { root: string }[] }
  const isInMainPackage = (chunkName = '') =>
    !subPackages.some(({ root }) => chunkName.startsWith(`${root}/`))

  return {
    name: 'common',
    minChunks: 1,
    priority: 1,
    test(module: Module, { chunkGraph }: Context) {
      const path = module.nameForCondition() ?? 'node_modules'
      // Taro reads the configuration of pages while it builds; nothing runs it.
      if (/node_modules|\.config\.ts$/.test(path) || chunkGraph.isEntryModule(module)) return false
      return chunkGraph.getModuleChunks(module).some(({ name }) => isInMainPackage(name ?? undefined))
    },
  }
}
