/** A text with force of law, in one language. */
export type Document = { title: string; notice: string; sections: Section[] }
export type Section = { heading: string; paragraphs: string[] }
