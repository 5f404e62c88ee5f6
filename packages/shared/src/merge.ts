import { type Static, Type } from 'typebox'
import { Proof } from './proof.ts'
import { Text } from './schemas.ts'

export const MergeBody = Type.Object({
  /** From `conflict.ticket`. */
  ticket: Text({ maxLength: 128 }),
  /** That the caller owns the account that asks. */
  proof: Proof,
  /** That the caller owns the other account, too. */
  otherProof: Proof,
})
export type MergeBody = Static<typeof MergeBody>
