import { type Static, Type } from 'typebox'
import { Nullable, OneOf } from './schemas.ts'

/** What the privacy policy says and the server's configuration decides. */
export const DataPractices = Type.Object({
  /** How long network logs (time, event, IP) are stored, in days. */
  networkLogDays: Type.Integer(),
  /** Whether the deletion of an account moves its recent network logs to a sealed table instead of deleting them. */
  sealedLogs: Type.Boolean(),
  /** The age up to which sealed network logs are stored, in days. */
  sealedLogDays: Type.Integer(),
  /** A birthday of a younger user needs a guardian's consent; 0: no minimum. */
  minimumAge: Type.Integer(),
  /** The mini programs in which a user may have one account; `null`: each has accounts of its own. */
  sharedApps: Nullable(Type.Array(Type.Object({ appId: Type.String(), name: Type.String() }))),
  /** What WeChat checks, for which it receives the content and the user's openid. */
  contentModeration: Type.Array(OneOf('nickname', 'avatar')),
  /** Whether an admin sees what WeChat leaves to a human: `queue`; with `reject` none does. */
  contentReview: OneOf('reject', 'queue'),
  /** How long the verdict on rejected content is stored, in days. */
  contentVerdictDays: Type.Integer(),
  /** Whether a user needs a verified phone number to publish, and then cannot remove it. */
  requiresVerifiedPhone: Type.Boolean(),
  /** How long the records of a consent are stored after the account was deleted, in days. */
  consentRetentionDays: Type.Integer(),
  /** How long failed logins that lead to no account are counted, in days. */
  failedLoginDays: Type.Integer(),
})
export type DataPractices = Static<typeof DataPractices>
