import { type ColumnType, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'

interface ColumnFormat {
  /** Prisma's name of the type. */
  type: ColumnType
  /** PostgreSQL's text form -> the form that Prisma reads. */
  parse: (text: string) => unknown
}

const asIs = (text: string) => text
// The driver's own parsers, by the OID of text[], int4[] and bool[].
const parseStrings = pg.types.getTypeParser(1009 as number, 'text')
const parseIntegers = pg.types.getTypeParser(1007 as number, 'text')
const parseBooleans = pg.types.getTypeParser(1000 as number, 'text')
const parseTimestamp = (text: string) => `${text.replace(' ', 'T').replace(/[+-]\d\d(:\d\d)?$/, '')}+00:00`

/**
 * The types of what the schema engine reads: the system catalogs and `_prisma_migrations`, by their OIDs. The adapter
 * of the API, @prisma/adapter-pg, does not know the catalogs' own types `"char"` and `name[]`.
 */
const columnFormats: Record<number, ColumnFormat> = {
  /* bool        */ 16: { type: ColumnTypeEnum.Boolean, parse: (text) => text === 't' },
  /* "char"      */ 18: { type: ColumnTypeEnum.Character, parse: asIs },
  /* name        */ 19: { type: ColumnTypeEnum.Text, parse: asIs },
  /* int8        */ 20: { type: ColumnTypeEnum.Int64, parse: asIs },
  /* int2        */ 21: { type: ColumnTypeEnum.Int32, parse: Number },
  /* int4        */ 23: { type: ColumnTypeEnum.Int32, parse: Number },
  /* text        */ 25: { type: ColumnTypeEnum.Text, parse: asIs },
  /* oid         */ 26: { type: ColumnTypeEnum.Int64, parse: asIs },
  /* float4      */ 700: { type: ColumnTypeEnum.Float, parse: Number },
  /* float8      */ 701: { type: ColumnTypeEnum.Double, parse: Number },
  /* bool[]      */ 1000: { type: ColumnTypeEnum.BooleanArray, parse: parseBooleans },
  /* "char"[]    */ 1002: { type: ColumnTypeEnum.CharacterArray, parse: parseStrings },
  /* name[]      */ 1003: { type: ColumnTypeEnum.TextArray, parse: parseStrings },
  /* int2[]      */ 1005: { type: ColumnTypeEnum.Int32Array, parse: parseIntegers },
  /* int4[]      */ 1007: { type: ColumnTypeEnum.Int32Array, parse: parseIntegers },
  /* text[]      */ 1009: { type: ColumnTypeEnum.TextArray, parse: parseStrings },
  /* varchar[]   */ 1015: { type: ColumnTypeEnum.TextArray, parse: parseStrings },
  /* int8[]      */ 1016: { type: ColumnTypeEnum.Int64Array, parse: parseStrings },
  /* oid[]       */ 1028: { type: ColumnTypeEnum.Int64Array, parse: parseStrings },
  /* bpchar      */ 1042: { type: ColumnTypeEnum.Text, parse: asIs },
  /* varchar     */ 1043: { type: ColumnTypeEnum.Text, parse: asIs },
  /* timestamp   */ 1114: { type: ColumnTypeEnum.DateTime, parse: parseTimestamp },
  /* timestamptz */ 1184: { type: ColumnTypeEnum.DateTime, parse: parseTimestamp },
  /* numeric     */ 1700: { type: ColumnTypeEnum.Numeric, parse: asIs },
  /* uuid        */ 2950: { type: ColumnTypeEnum.Uuid, parse: asIs },
}

// PostgreSQL's own types are below it. Types that a database defines, such as enums, are above it.
const firstUserDefinedOid = 16_384

/** Undefined for a type that the engine does not read. */
export function columnTypeOf(oid: number): ColumnType | undefined {
  return columnFormats[oid]?.type ?? (oid >= firstUserDefinedOid ? ColumnTypeEnum.Text : undefined)
}

/** Converts a value from the driver's text form, or null, to the form that Prisma reads. */
export function parseColumn(oid: number, text: string | null): unknown {
  return text === null ? null : (columnFormats[oid]?.parse ?? asIs)(text)
}

/** The OIDs that `parseColumn` expects in text form. */
export const textOids = Object.keys(columnFormats).map(Number)
