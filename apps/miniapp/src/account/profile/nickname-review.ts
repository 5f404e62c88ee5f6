/** WeChat's verdict on a nickname. `unknown`: WeChat gave none, so the server's check decides. */
export type Verdict = 'passed' | 'rejected' | 'unknown'

/** WeChat reviews `<input type="nickname">` when the field loses focus, which takes a moment. */
export type NicknameReview = {
  start(): void
  /** Takes the detail of `bindnicknamereview`. */
  finish(detail: { pass?: boolean; timeout?: boolean }): Verdict
  /** The verdict of the latest review. */
  verdict(): Promise<Verdict>
}

/** Before base library 2.29.1, and without the user's consent to the privacy guidelines, no verdict arrives. */
const timeoutMs = 1200

export function createNicknameReview(): NicknameReview {
  let settle: (verdict: Verdict) => void = () => {}
  let verdict: Promise<Verdict> = Promise.resolve('unknown')
  return {
    start() {
      verdict = new Promise((resolve) => {
        settle = resolve
        setTimeout(() => resolve('unknown'), timeoutMs)
      })
    },
    finish({ pass = false, timeout = false }) {
      const result = pass ? 'passed' : timeout ? 'unknown' : 'rejected'
      settle(result)
      return result
    },
    verdict: () => verdict,
  }
}
