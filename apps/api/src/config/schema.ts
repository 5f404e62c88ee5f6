import type { Variable } from './variable.ts'
import { apiVariables } from './variables/api.ts'
import { dataVariables } from './variables/data.ts'
import { developmentVariables } from './variables/development.ts'
import { limitsVariables } from './variables/limits.ts'
import { wechatVariables } from './variables/wechat.ts'

/** Every variable of the project, whichever program reads it. `pnpm generate:config` writes the docs from here. */
export const schema = {
  ...wechatVariables,
  ...apiVariables,
  ...dataVariables,
  ...limitsVariables,
  ...developmentVariables,
} as const satisfies Record<string, Variable>

type Schema = typeof schema
export type VariableName = keyof Schema
export const variableNames = Object.keys(schema) as VariableName[]

/** The variables that the API reads. */
export type ApiVariableName = {
  [Name in VariableName]: Schema[Name] extends { parse: unknown } ? Name : never
}[VariableName]
export const apiVariableNames = variableNames.filter(
  (name): name is ApiVariableName => 'parse' in schema[name],
)

/** The parsed value of each variable; `null` where it is absent and has no default. */
export type Values = {
  [Name in ApiVariableName]:
    | ReturnType<Schema[Name]['parse']>
    | (Schema[Name] extends { default: string } | { required: string } ? never : null)
}
