import { access, constants, readdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Where installers put PostgreSQL outside of PATH, in one folder per version. */
const installations = [
  { parent: '/usr/lib/postgresql', child: /^\d/ }, // Debian, Ubuntu
  { parent: '/usr', child: /^pgsql-\d/ }, // Fedora, Red Hat
  { parent: '/opt/homebrew/opt', child: /^postgresql@\d/ }, // Homebrew on Apple silicon
  { parent: '/usr/local/opt', child: /^postgresql@\d/ }, // Homebrew on Intel
  { parent: '/Applications/Postgres.app/Contents/Versions', child: /^\d/ },
]

/** The folders that may hold PostgreSQL's programs: those of PATH, then the usual installations, newest first. */
export async function postgresFolders(environment: Record<string, string | undefined>): Promise<string[]> {
  const onPath = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  const installed = await Promise.all(
    installations.map(async ({ parent, child }) => {
      const names = await readdir(parent).catch(() => [])
      return names
        .filter((name) => child.test(name))
        .sort((a, b) => versionOf(b) - versionOf(a))
        .map((name) => join(parent, name, 'bin'))
    }),
  )
  return [...onPath, ...installed.flat()]
}

/** The first folder with both programs that a test server needs: `initdb` and `postgres`. */
export async function findPostgres(folders: string[]): Promise<string | undefined> {
  for (const folder of folders) {
    if ((await isProgram(join(folder, 'initdb'))) && (await isProgram(join(folder, 'postgres'))))
      return folder
  }
  return undefined
}

function versionOf(name: string): number {
  return Number.parseFloat(name.replace(/^\D+/, '')) || 0
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
