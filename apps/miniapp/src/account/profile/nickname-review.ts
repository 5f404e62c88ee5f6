/** What WeChat found of a nickname. `unknown`: it has not said, so the server's own check decides alone. */
export type Verdict = 'passed' | 'rejected' | 'unknown'

/** WeChat's review of what was typed into `<input type="nickname">`. It begins when the field is left, and takes a moment. */
export type NicknameReview = {
  /** The field was left. */
  begin(): void
  /** The detail of `bindnicknamereview`. Returns what it says. */
  hear(detail: { pass?: boolean; timeout?: boolean }): Verdict
  /** The verdict on what was in the field when it was left last. */
  verdict(): Promise<Verdict>
}

/**
 * Without an agreement to the privacy guide, and before base library 2.29.1, there is no review and no word about it:
 * nobody waits for it longer than this.
 */
const patienceMs = 1200

export function createNicknameReview(): NicknameReview {
  let settle: (verdict: Verdict) => void = () => {}
  let verdict: Promise<Verdict> = Promise.resolve('unknown')
  return {
    begin() {
      verdict = new Promise((resolve) => {
        settle = resolve
        setTimeout(() => resolve('unknown'), patienceMs)
      })
    },
    hear({ pass = false, timeout = false }) {
      const heard = pass ? 'passed' : timeout ? 'unknown' : 'rejected'
      settle(heard)
      return heard
    },
    verdict: () => verdict,
  }
}
