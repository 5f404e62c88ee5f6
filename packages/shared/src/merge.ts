import { type Static, Type } from 'typebox'
import { Proof } from './proof.ts'
import { Text } from './schemas.ts'

export const MergeBody = Type.Object({
  /** From `conflict.ticket`. */
  ticket: Text({ maxLength: 128 }),
  /** Proves that the caller owns the account that is logged in. */
  proof: Proof,
  /** Proves that the caller owns the other account, too. */
  otherProof: Proof,
})
export type MergeBody = Static<typeof MergeBody>
