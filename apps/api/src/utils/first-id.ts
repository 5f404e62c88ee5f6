/** Sorts before every id, to read rows page by page. */
export const firstId = '00000000-0000-0000-0000-000000000000'
