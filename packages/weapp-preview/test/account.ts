import type { Page } from 'playwright-core'
import { openPhone, type PhoneOptions, startTestPreview, type TestPreview } from './phone.ts'

/** What the fixture's account page has heard. */
export type Heard = { type: string; detail: Record<string, unknown> }

/** No user is asked for privacy consent unless `search` has `privacy=…`. */
export async function openAccount(options: PhoneOptions & { preview?: TestPreview } = {}): Promise<Page> {
  const { search: wanted = '' } = options
  const agreed = wanted.includes('privacy=') ? '' : '&privacy=agreed'
  const search = `?path=pages/account/index${wanted.replace('?', '&')}${agreed}`
  const page = await openPhone(options.preview ?? (await startTestPreview()), { ...options, search })
  await page.locator('#avatar').waitFor()
  return page
}

export const heardBy = (page: Page): Promise<Heard[]> =>
  page.evaluate(() => {
    const current = window.weappPreview.page() as { data: { heard: Heard[] } } | undefined
    return current?.data.heard ?? []
  })
