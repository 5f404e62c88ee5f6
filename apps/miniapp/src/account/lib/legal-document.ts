export type LegalDocument = { title: string; sections: LegalSection[] }

export type LegalSection = { heading: string; paragraphs: string[]; entries?: LegalEntry[] }

/** One row of a table. A phone is too narrow for columns, so each cell has its label beside it. */
export type LegalEntry = { name: string; cells: { label: string; value: string }[] }
