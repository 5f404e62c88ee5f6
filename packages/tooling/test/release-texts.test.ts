import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { repository } from './support/project-copy.ts'
import { finishedLegal, legalSource, standInRelease } from './support/stand-in-release.ts'

const legalFile = 'apps/miniapp/src/account/legal.ts'
const version = '1.2.0'

async function release() {
  const standIn = await standInRelease()
  onTestFinished(standIn.remove)
  return standIn
}

/** Runs `pnpm upload` with this `legal.ts`, and returns what it rejects. */
async function rejected(changes: object): Promise<string[]> {
  const { upload, variables, write, exists } = await release()
  await write(legalFile, legalSource({ ...finishedLegal, ...changes }))
  const { exitCode, output } = await upload(['upload', version], variables)
  expect(exitCode).toBe(1)
  expect(await exists('apps/miniapp/dist-release/built.json')).toBe(false)
  return output.split('\n')
}

describe('pnpm upload', () => {
  it('rejects the texts of the template as they are, and lists every one', async () => {
    const { upload, variables, path, exists } = await release()
    await cp(join(repository, 'apps/miniapp/src'), path('apps/miniapp/src'), { recursive: true })
    const { exitCode, output } = await upload(['upload', version], variables)
    expect(exitCode).toBe(1)
    const lines = output.split('\n')
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^apps\/miniapp\/src\/account\/legal\.ts: .*set isSample to false$/),
        expect.stringMatching(/^apps\/miniapp\/src\/account\/legal\.ts: backupDays is missing: state/),
        expect.stringMatching(
          /^apps\/miniapp\/src\/account\/legal\.ts:\d+: 【公司全称】 is a placeholder: replace it$/,
        ),
        expect.stringMatching(
          /^apps\/miniapp\/src\/account\/legal\.ts:\d+: 【Company name】 is a placeholder/,
        ),
        expect.stringMatching(
          /^apps\/miniapp\/src\/i18n\/zh-cn\.ts:\d+: "栖木" is the brand of the template/,
        ),
        expect.stringMatching(/^apps\/miniapp\/src\/i18n\/en\.ts:\d+: "Perch" is the brand of the template/),
        expect.stringMatching(/^apps\/miniapp\/src\/app\.config\.ts:\d+: "栖木"/),
        expect.stringMatching(/^apps\/miniapp\/src\/pages\/home\/index\.config\.ts:\d+: "栖木"/),
      ]),
    )
    expect(new Set(lines).size).toBe(lines.length)
    expect(await exists('call.json')).toBe(false)
  })

  const text = { zh_CN: '甲', en: '' }
  it.each([
    ['the sample notice', { isSample: true }, /the documents are samples/],
    ['no operator', { operator: { zh_CN: ' ', en: 'A' } }, /operator is empty: state it in both languages/],
    ['no English operator', { operator: text }, /operator is empty/],
    ['no service', { service: text }, /service is empty/],
    ['no email', { contacts: { ...finishedLegal.contacts, email: '' } }, /contacts\.email is empty/],
    ['no phone', { contacts: { ...finishedLegal.contacts, phone: '' } }, /contacts\.phone is empty/],
    ['no address', { contacts: { ...finishedLegal.contacts, address: text } }, /contacts\.address is empty/],
    ['no storage place', { storage: text }, /storage is empty/],
    ['no overwrite period', { backupDays: null }, /backupDays is missing/],
    ['an overwrite period of zero days', { backupDays: 0 }, /backupDays is missing/],
    ['no version', { agreement: { version: '' } }, /agreement\.version is not a date/],
    ['a version that is no date', { privacy: { version: 'v2' } }, /privacy\.version is not a date/],
    ['a day that does not exist', { privacy: { version: '2027-02-30' } }, /privacy\.version is not a date/],
    [
      'a recipient without contact',
      { recipients: [{ ...finishedLegal.recipients[0], contact: '' }] },
      /recipients\.0\.contact is empty/,
    ],
    [
      'a recipient without purpose',
      { recipients: [{ ...finishedLegal.recipients[0], purpose: text }] },
      /recipients\.0\.purpose is empty/,
    ],
    [
      'a profile field with half a purpose',
      { profileFields: { gender: text, birthday: null } },
      /profileFields\.gender is empty/,
    ],
    ['a placeholder', { storage: { zh_CN: '【城市】', en: 'A' } }, /legal\.ts:1: 【城市】 is a placeholder/],
  ])('rejects %s, and names the file and the field', async (_what, changes, issue) => {
    const lines = await rejected(changes)
    expect(lines).toEqual([expect.stringMatching(issue)])
    expect(lines[0]).toMatch(/^apps\/miniapp\/src\/account\/legal\.ts/)
  })

  it('rejects a missing legal.ts', async () => {
    const { upload, variables, write } = await release()
    await write(legalFile, 'export {}\n')
    expect(await upload(['upload', version], variables)).toMatchObject({
      exitCode: 1,
      output: expect.stringMatching(
        /^apps\/miniapp\/src\/account\/legal\.ts exports no "legal": restore it$/,
      ),
    })
  })

  it('accepts 【】 outside the legal texts, and names that contain a brand', async () => {
    const { upload, variables, write } = await release()
    await write('apps/miniapp/src/pages/news.ts', `export const title = '【公告】'\n// Perches\n`)
    expect(await upload(['upload', version], variables)).toMatchObject({ exitCode: 0 })
  })
})

describe('pnpm preview:qrcode', () => {
  it('only warns of texts that may not be released', async () => {
    const { upload, variables, write } = await release()
    await write(legalFile, legalSource({ ...finishedLegal, isSample: true, backupDays: null }))
    const { exitCode, output } = await upload(['preview'], variables)
    expect(exitCode).toBe(0)
    expect(output).toMatch(/Before a release: \S+legal\.ts: the documents are samples/)
    expect(output).toMatch(/Before a release: \S+legal\.ts: backupDays is missing/)
  })
})
