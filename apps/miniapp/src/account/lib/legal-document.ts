export type LegalDocument = { title: string; sections: LegalSection[] }
export type LegalSection = { heading: string; paragraphs: string[] }
