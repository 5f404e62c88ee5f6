import type { LoginResult, PendingReview } from '@repo/shared'
import type { TestApp } from './test-app.ts'
import { picture, uploadOf } from './uploads.ts'

/** The simulator leaves a nickname with "review" in it to a human. */
export const ambiguous = 'review me'

export const change = (testApp: TestApp, { accessToken: token }: LoginResult, nickname: string | null) =>
  testApp.call('PUT /v1/me/profile', { token, body: { nickname } })

export async function uploadPicture(testApp: TestApp, { accessToken: token }: LoginResult, colour: string) {
  const content = await picture(colour).png().toBuffer()
  return testApp.call('POST /v1/me/avatar', { token, ...uploadOf({ content }) })
}

/** What waits for an admin, of one user. */
export async function reviewsOf(
  testApp: TestApp,
  admin: LoginResult,
  { user }: LoginResult,
): Promise<PendingReview[]> {
  const answer = await testApp.call('GET /v1/admin/reviews?limit=100', { token: admin.accessToken })
  return answer.body.reviews.filter(({ userId }: PendingReview) => userId === user.id)
}

export const decide = (
  testApp: TestApp,
  { accessToken: token }: LoginResult,
  id: string,
  decision: 'approve' | 'reject',
) => testApp.call(`POST /v1/admin/reviews/${id}/${decision}`, { token })

/** The rows of the table, oldest first. */
export const reviewRowsOf = ({ database }: TestApp, userId: string | null) =>
  database.prisma.contentReview.findMany({ where: { userId }, orderBy: { id: 'asc' } })
