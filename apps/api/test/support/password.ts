/** What the users of these tests type. */
export const password = 'correct horse battery'
