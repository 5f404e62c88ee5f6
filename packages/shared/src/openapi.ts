import type { TSchema } from 'typebox'
import { AuditEvent, SessionInfo } from './account.ts'
import { AccountExport } from './account-data.ts'
import { DeadJob, UserDetails, UserPage } from './admin.ts'
import { api, type Endpoint } from './api.ts'
import { AdminAppeal, AppealPage, BanNotice } from './appeals.ts'
import { errorsOf } from './endpoint-errors.ts'
import { Conflict, errorStatus, Problem } from './errors.ts'
import { LoginResult, RefreshResult } from './session.ts'
import type { EndpointKey } from './types.ts'
import { Me, User } from './user.ts'

/** Schemas that become named components; all others are inlined. */
const components: Record<string, TSchema> = {
  AccountExport,
  AdminAppeal,
  AppealPage,
  AuditEvent,
  BanNotice,
  Conflict,
  DeadJob,
  LoginResult,
  Me,
  Problem,
  RefreshResult,
  SessionInfo,
  User,
  UserDetails,
  UserPage,
}
const names = new Map<unknown, string>(Object.entries(components).map(([name, schema]) => [schema, name]))

type Json = { [key: string]: unknown }

/** The contract as OpenAPI 3.1: `packages/shared/openapi.json`, and the page `/docs` of the API in development. */
export function openApiDocument() {
  const paths: Record<string, Json> = {}
  for (const key of Object.keys(api) as EndpointKey[]) {
    const [method = '', path = ''] = key.split(' ')
    const url = path.replace(/:(\w+)/g, '{$1}')
    paths[url] = { ...paths[url], [method.toLowerCase()]: operation(key, method, path) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'WeChat mini-program login',
      version: '1.0.0',
      description:
        'Every error is `application/problem+json` with a stable `code`. `packages/shared/src/api.ts` is the source of this document.',
    },
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(components).map(([name, schema]) => [name, withReferences(schema, true)]),
      ),
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
}

function operation(key: EndpointKey, method: string, path: string): Json {
  const { summary, access, params, query, body, upload, response, download }: Endpoint = api[key]
  return {
    operationId: operationId(method, path),
    summary,
    tags: [path.split('/')[2] ?? ''],
    ...(access === 'public' ? {} : { security: [{ accessToken: [] }] }),
    ...(params || query
      ? { parameters: [...parameters('path', params), ...parameters('query', query)] }
      : {}),
    ...(body ? { requestBody: content('application/json', withReferences(body), { required: true }) } : {}),
    ...(upload
      ? { requestBody: content('multipart/form-data', fileSchema(upload), { required: true }) }
      : {}),
    responses: {
      ...(response
        ? {
            200: content('application/json', withReferences(response), {
              description: download ? `The file ${download}` : 'Done',
            }),
          }
        : { 204: { description: 'Done' } }),
      ...problemResponses(key),
    },
  }
}

/** `POST /v1/me/sessions/:id/revoke` becomes `postMeSessionsIdRevoke`. */
const operationId = (method: string, path: string): string =>
  method.toLowerCase() +
  (path.replace('/v1/', '/').match(/[a-z]+/gi) ?? [])
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')

const content = (type: string, schema: unknown, rest: Json): Json => ({
  ...rest,
  content: { [type]: { schema } },
})

const fileSchema = (field: string): Json => ({
  type: 'object',
  properties: { [field]: { type: 'string', format: 'binary' } },
  required: [field],
})

function parameters(place: 'path' | 'query', schema: TSchema | undefined): Json[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: withReferences(property),
  }))
}

/** One response per status, which names the codes that it can carry here. */
function problemResponses(key: EndpointKey): Json {
  const codes = errorsOf(key)
  const statuses = new Set(codes.map((code) => errorStatus[code]))
  return Object.fromEntries(
    [...statuses].map((status) => [
      status,
      content('application/problem+json', withReferences(Problem), {
        description: codes.filter((code) => errorStatus[code] === status).join(', '),
      }),
    ]),
  )
}

/** The schema as plain JSON, with a reference in place of each one that has a name. */
function withReferences(schema: unknown, isDefinition = false): unknown {
  const name = isDefinition ? undefined : names.get(schema)
  if (name !== undefined) return { $ref: `#/components/schemas/${name}` }
  if (Array.isArray(schema)) return schema.map((item) => withReferences(item))
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withReferences(value)]))
}
