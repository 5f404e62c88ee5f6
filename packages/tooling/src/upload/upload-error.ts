/** Why the upload failed, in one line that says what to do. */
export class UploadError extends Error {}
