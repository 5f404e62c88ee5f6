const first = 11

let next = first

/** Somebody whom no other test of this file has. The people before them are for the tests that name their people. */
export function nextPerson(): string {
  return `person-${next++}`
}

/** Each file begins anew: a worker runs many of them, and the simulator knows only so many people. */
export function restartPeople(): void {
  next = first
}
