/** The memory of one upload. */
export type Reservation = {
  /** Counts bytes before they are buffered. @returns whether they may be. */
  add(bytes: number): boolean
  /** Called once when this upload loses its memory, to drop its buffered bytes. */
  onDrop(drop: () => void): void
  isDropped(): boolean
  /** The upload is complete, and keeps its memory until it is released. */
  complete(): void
  /** Frees all of it. */
  release(): void
}

export type UploadMemory = { reserve(): Reservation }

const maximumBytes = 48 * 1024 * 1024
/** As long as any other body may take; a slower upload keeps its memory only while no other needs it. */
const protectedMs = 10_000

/**
 * Limits the memory of all uploads of this process together. Above the limit, the oldest slow upload that has not arrived
 * loses its memory; where none is slow, the one that needs more.
 */
export function createUploadMemory(maximum = maximumBytes): UploadMemory {
  /** In the order of their start. */
  const arriving = new Map<Reservation, { startedAt: number; drop(): void }>()
  let reserved = 0

  /** @returns whether there is room for so many bytes. */
  function makeRoom(bytes: number): boolean {
    for (const { startedAt, drop } of arriving.values()) {
      if (reserved + bytes <= maximum || performance.now() - startedAt < protectedMs) break
      drop()
    }
    return reserved + bytes <= maximum
  }

  function reserve(): Reservation {
    let own = 0
    let dropped = false
    const listeners: (() => void)[] = []
    const free = () => {
      arriving.delete(reservation)
      reserved -= own
      own = 0
    }
    const drop = () => {
      dropped = true
      free()
      for (const listener of listeners) listener()
    }
    const reservation: Reservation = {
      add(bytes) {
        if (dropped) return false
        if (!makeRoom(bytes)) drop()
        if (dropped) return false
        own += bytes
        reserved += bytes
        return true
      },
      onDrop: (listener) => void listeners.push(listener),
      isDropped: () => dropped,
      complete: () => void arriving.delete(reservation),
      release: free,
    }
    arriving.set(reservation, { startedAt: performance.now(), drop })
    return reservation
  }

  return { reserve }
}
