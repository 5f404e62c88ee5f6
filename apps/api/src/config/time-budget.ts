import { clientTimeoutMs } from '@repo/shared'

/**
 * How long anything may take, derived from how long the mini program waits. The slowest request waits for WeChat and then
 * for the database; its response, also an error, arrives before the mini program gives up.
 */
export const timeBudget = {
  /** From the request to the response; the rest of the client's time is for the network. */
  responseMs: clientTimeoutMs - 1000,
  database: {
    /** For a free connection of the pool, or a new one: a hundred first logins of one user at once wait for each other. */
    connectMs: 5000,
    /** For what a new connection is asked before its first use. */
    checkMs: 1000,
    /** For one statement, by PostgreSQL's clock, and for the next statement of a transaction to come. */
    statementMs: 5000,
    /** Beyond PostgreSQL's own limit: for a server that no longer responds. */
    silenceMs: 500,
  },
} as const

const { connectMs, checkMs, statementMs, silenceMs } = timeBudget.database

/** What WeChat may take at the most: what the database leaves. */
export const maximumWechatTimeoutMs = timeBudget.responseMs - connectMs - checkMs - statementMs - silenceMs
