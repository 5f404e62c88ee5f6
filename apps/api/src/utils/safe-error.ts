/**
 * An error whose message contains only our own words, so that it may be logged. The messages of other errors stay out of
 * the log: undici's contain URLs, PostgreSQL's contain values.
 */
export class SafeError extends Error {}
