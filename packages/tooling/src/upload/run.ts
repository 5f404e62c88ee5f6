import { spawn } from 'node:child_process'

/** Runs a program and collects its output. Throws if it cannot be started. */
export function run(
  program: string,
  args: string[],
  options: { cwd: string; env: Record<string, string | undefined> },
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk
      })
    }
    child.once('error', reject)
    child.once('close', (exitCode) => resolve({ exitCode, output: output.trim() }))
  })
}
