import { expect, inject, it } from 'vitest'
import { emptyAppBytes, ownCodeBudgetBytes, packageSizes } from '../config/package-size.ts'
import { readBundle } from '../config/read-bundle.ts'
import { buildBundle } from './build-bundle.ts'
import { bundledApi } from './bundle-environment.ts'

it('adds at most 15 KB of gzip to the main package of an empty app', () => {
  const { ownBytes } = packageSizes(readBundle(inject('bundleFolder')))
  expect(ownBytes).toBeLessThanOrEqual(ownCodeBudgetBytes)
})

it('is weighed against an empty app that weighs what it is said to', async () => {
  const empty = await buildBundle({ MINIAPP_SOURCE: 'config/empty-app', PUBLIC_URL: bundledApi })
  const { mainBytes } = packageSizes(readBundle(empty.folder))
  await empty.remove()
  // Versions of zlib differ by some bytes.
  expect(Math.abs(mainBytes - emptyAppBytes)).toBeLessThan(200)
})

it('says in the build what its packages weigh', () => {
  const size = /\d+\.\d KB/.source
  expect(inject('bundleOutput')).toMatch(
    new RegExp(`main package: ${size} gzip, our own code ${size} (of at most|over the budget of) 15.0 KB`),
  )
})
