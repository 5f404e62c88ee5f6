import { personalDataCategories } from '@repo/shared'
import { describe, expect, it } from 'vitest'
import { strings as dataStrings } from '../../src/account/data/strings.ts'
import { collectedData, deletedData } from '../../src/account/lib/personal-data-strings.ts'

describe.each(['zh_CN', 'en'] as const)('personal data in %s', (language) => {
  it('lists every category of the contract but the fields that are off', () => {
    expect(collectedData(language)).toHaveLength(personalDataCategories.length - 2)
  })

  it('does not say that network logs are deleted with the account, but that they are kept', () => {
    expect(deletedData(language).join()).not.toMatch(/网络日志|Network logs/)
    expect(dataStrings[language].sealedLogs).toMatch(/网络日志|Network logs/)
  })
})
