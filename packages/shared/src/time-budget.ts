/**
 * How long the mini program waits for the answer to a request; an upload may take longer. The API derives all of its own
 * limits from it, so that the user reads the API's answer, also where that is an error.
 */
export const clientTimeoutMs = 17_500
/** And to an upload, or whatever else is large. */
export const uploadTimeoutMs = 60_000
