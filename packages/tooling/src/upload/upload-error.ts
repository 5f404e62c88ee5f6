/** What keeps the mini program from being sent, in one line that says what to do. */
export class UploadError extends Error {}
