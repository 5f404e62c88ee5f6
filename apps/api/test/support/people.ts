let last = 10

/** Somebody whom no other test of this file has. The people before them are for the tests that name their people. */
export function nextPerson(): string {
  last += 1
  return `person-${last}`
}
