import { createSerialQueue } from '../../session/serial-queue.ts'

// Requests may overtake each other, and the older choice would win. Module state, since a save may outlive its page.

export const profileQueue = createSerialQueue()
/** Separate, since an upload may take long. */
export const avatarQueue = createSerialQueue()
