import { type ApiVariableName, apiVariableNames, schema, type Values } from './schema.ts'
import { InvalidValue } from './value-types.ts'
import type { Variable } from './variable.ts'

/** The configuration cannot be used. `issues` has one line per issue and never a value that may be secret. */
export class ConfigError extends Error {
  readonly issues: string[]

  constructor(issues: string[]) {
    super(issues.join('\n'))
    this.name = 'ConfigError'
    this.issues = issues
  }
}

/** Parses variables by the schema and collects every issue, so that one start shows them all. */
export class EnvReader {
  readonly #values = new Map<ApiVariableName, unknown>()
  readonly #issues = new Map<ApiVariableName, string>()

  /** @param environment names to values, as in `process.env`; an empty value counts as absent. */
  constructor(
    environment: Record<string, string | undefined>,
    names: readonly ApiVariableName[] = apiVariableNames,
  ) {
    for (const name of names) this.#parse(name, environment[name])
  }

  #parse(name: ApiVariableName, given: string | undefined): void {
    const variable: Variable & Required<Pick<Variable, 'parse'>> = schema[name]
    const value = given || variable.default
    try {
      if (value !== undefined) this.#values.set(name, variable.parse(value))
      else if (variable.required === undefined) this.#values.set(name, null)
      else this.addIssue(name, variable.required)
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error
      this.addIssue(name, error.message)
    }
  }

  /** Only the first issue of a variable is shown. */
  addIssue(name: ApiVariableName, message: string): void {
    if (!this.#issues.has(name)) this.#issues.set(name, `${name} ${message}`)
  }

  /** Adds the issue that `findIssue` returns, and skips a variable that cannot be parsed. */
  check<Name extends ApiVariableName>(
    name: Name,
    findIssue: (value: Values[Name]) => string | null | undefined,
  ): void {
    if (!this.#values.has(name)) return
    const issue = findIssue(this.#values.get(name) as Values[Name])
    if (issue) this.addIssue(name, issue)
  }

  /** @throws ConfigError when there is any issue: no invalid value is ever used. */
  values(): Values {
    if (this.#issues.size > 0) throw new ConfigError([...this.#issues.values()])
    return Object.fromEntries(this.#values) as Values
  }
}
