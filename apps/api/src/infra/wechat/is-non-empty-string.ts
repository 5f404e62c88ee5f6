/** What an answer of WeChat has to have in a field that we need. */
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
