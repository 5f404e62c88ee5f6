import type { MigrationConnection } from './migrate.ts'

/** The role may not use our tables. The message says what to grant. */
export class RightsError extends Error {}

/**
 * Fails at the start, rather than at the first request, when the role cannot read and write our tables: those with the
 * same owner as the table of migrations.
 *
 * @throws RightsError that says what to grant.
 */
export async function checkRights(connection: MigrationConnection): Promise<void> {
  const { rows } = await connection.query(`
    SELECT current_user::text AS role, string_agg(relation.relname, ', ' ORDER BY relation.relname) AS names
    FROM pg_class AS relation, pg_class AS records
    WHERE records.oid = to_regclass('_prisma_migrations') AND relation.relnamespace = records.relnamespace
      AND relation.relowner = records.relowner AND relation.oid <> records.oid
      AND CASE relation.relkind
        WHEN 'r' THEN NOT (CASE WHEN relation.relname = 'sealed_network_logs'
          THEN has_column_privilege(relation.oid, 'at', 'SELECT') AND has_column_privilege(relation.oid, 'id', 'SELECT')
            AND has_table_privilege(relation.oid, 'INSERT') AND has_table_privilege(relation.oid, 'DELETE')
          ELSE has_table_privilege(relation.oid, 'SELECT') AND has_table_privilege(relation.oid, 'INSERT')
          AND has_table_privilege(relation.oid, 'UPDATE') AND has_table_privilege(relation.oid, 'DELETE') END)
        WHEN 'S' THEN NOT has_sequence_privilege(relation.oid, 'USAGE')
        ELSE false END
    HAVING count(*) > 0`)
  const [row] = rows
  if (!row) return
  throw new RightsError(`the role ${row.role} may not read and write ${row.names}: ${grants(row)}`)
}

/** The sealed network logs need less: the role may not read them. */
const sealed = 'sealed_network_logs'
const grants = ({ role, names }: Record<string, unknown>): string =>
  names === sealed
    ? `GRANT INSERT, DELETE, SELECT (id, at) ON ${sealed} TO ${role}`
    : `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}; REVOKE ALL ON ${sealed} FROM ${role}; GRANT INSERT, DELETE, SELECT (id, at) ON ${sealed} TO ${role}`
