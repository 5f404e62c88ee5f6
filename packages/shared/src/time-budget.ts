/**
 * How long the mini program waits for the response to a request. The API derives all of its own limits from it, so that
 * the user gets the API's response before the client gives up.
 */
export const clientTimeoutMs = 17_500
/** The same for an upload or a download. */
export const uploadTimeoutMs = 60_000
