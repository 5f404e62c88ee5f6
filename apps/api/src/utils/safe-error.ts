/**
 * An error whose message is in our words alone and carries nothing from outside, so that it may be logged. The
 * messages of all other errors stay out of the log: undici's carry URLs, PostgreSQL's carry values.
 */
export class OwnError extends Error {}
