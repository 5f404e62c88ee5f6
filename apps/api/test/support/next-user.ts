const first = 11

let next = first

/** A WeChat user that no other test of this file has. Tests that name their users take those before it. */
export function nextUser(): string {
  return `person-${next++}`
}

/** Each file starts again: a worker runs many of them, and the simulator knows 400 users. */
export function restartUsers(): void {
  next = first
}
