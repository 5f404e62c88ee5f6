import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { postgresAdapter } from './postgres-adapter.ts'
import { connectToServer, startInMemory } from './postgres-session.ts'
import { isThrowaway } from './throwaway-url.ts'

/**
 * Connections for the schema engine: to the database of the URL, and to shadow databases, on which it replays the
 * migrations to learn the resulting schema. A shadow database is a PGlite in memory, so that the database user needs no
 * right to create databases.
 */
export function connectionsTo(databaseUrl: string): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: async () =>
      postgresAdapter(await (isThrowaway(databaseUrl) ? startInMemory() : connectToServer(databaseUrl))),
    connectToShadowDb: async () => postgresAdapter(await startInMemory()),
  }
}

/** Resolves if the login succeeds and the database exists; rejects with the driver's error. */
export async function tryToConnect(databaseUrl: string): Promise<void> {
  if (isThrowaway(databaseUrl)) return
  const session = await connectToServer(databaseUrl)
  await session.close()
}

/** Creates the database that the URL names, from the maintenance database `postgres` of the same server. */
export async function createDatabase(databaseUrl: string): Promise<void> {
  const server = new URL(databaseUrl)
  const name = decodeURIComponent(server.pathname.slice(1))
  server.pathname = '/postgres'
  const session = await connectToServer(server.href)
  try {
    await session.run(`CREATE DATABASE ${pg.escapeIdentifier(name)}`)
  } finally {
    await session.close()
  }
}

/** The driver's error as one of Prisma's codes: P1003 makes Prisma create the database, the others stop it. */
export function describeConnectionFailure(error: unknown): { code: string; message: string } {
  const { code, message } = error as Error & { code?: string }
  if (code === '3D000') return { code: 'P1003', message }
  if (code === '28P01' || code === '28000') return { code: 'P1000', message }
  return { code: 'P1001', message: `Can't reach the database server: ${message || code}` }
}
