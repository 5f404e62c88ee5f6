/** The memory that one upload holds. */
export type Reservation = {
  /** Counts bytes before they are held. @returns whether they may be. */
  add(bytes: number): boolean
  /** Called once, when this upload loses its memory: whatever holds bytes of it drops them. */
  onRefusal(drop: () => void): void
  isRefused(): boolean
  /** All has arrived: it keeps what it has until it is released. */
  complete(): void
  /** Gives everything back. */
  release(): void
}

export type UploadMemory = { reserve(): Reservation }

const maximumBytes = 48 * 1024 * 1024
/** As long as any other body may take: who is slower holds memory only while no other upload needs it. */
const protectedMs = 10_000

/**
 * Bounds what all uploads of this process hold together. Where it does not suffice, the oldest upload that is still on its
 * way and slow loses its memory; where none is slow, the one that asks for more.
 */
export function createUploadMemory(maximum = maximumBytes): UploadMemory {
  /** In the order of their beginning. */
  const arriving = new Map<Reservation, { startedAt: number; refuse(): void }>()
  let held = 0

  /** @returns whether there is room for so many bytes now. */
  function makeRoom(bytes: number): boolean {
    for (const { startedAt, refuse } of arriving.values()) {
      if (held + bytes <= maximum || performance.now() - startedAt < protectedMs) break
      refuse()
    }
    return held + bytes <= maximum
  }

  function reserve(): Reservation {
    let own = 0
    let refused = false
    const drops: (() => void)[] = []
    const free = () => {
      arriving.delete(reservation)
      held -= own
      own = 0
    }
    const refuse = () => {
      refused = true
      free()
      for (const drop of drops) drop()
    }
    const reservation: Reservation = {
      add(bytes) {
        if (refused) return false
        if (!makeRoom(bytes)) refuse()
        if (refused) return false
        own += bytes
        held += bytes
        return true
      },
      onRefusal: (drop) => void drops.push(drop),
      isRefused: () => refused,
      complete: () => void arriving.delete(reservation),
      release: free,
    }
    arriving.set(reservation, { startedAt: performance.now(), refuse })
    return reservation
  }

  return { reserve }
}
