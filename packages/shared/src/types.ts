import type { Static, TSchema } from 'typebox'
import type { api } from './api.ts'

/** The contract as a type, which the mini program imports at no cost in bytes. */
export type Api = typeof api

/** The greppable name of an operation, such as `'POST /v1/auth/login'`. */
export type EndpointKey = keyof Api

/** The request body of an operation; `undefined` where it takes none. */
export type RequestBody<Key extends EndpointKey> = Api[Key] extends { body: infer Schema extends TSchema }
  ? Static<Schema>
  : undefined

/** The response of an operation; `undefined` where it is 204. */
export type ResponseBody<Key extends EndpointKey> = Api[Key] extends {
  response: infer Schema extends TSchema
}
  ? Static<Schema>
  : undefined

/** The parameters in the path of an operation; `undefined` where it has none. */
export type PathParams<Key extends EndpointKey> = Api[Key] extends { params: infer Schema extends TSchema }
  ? Static<Schema>
  : undefined

/** The query of an operation; `undefined` where it takes none. */
export type Query<Key extends EndpointKey> = Api[Key] extends { query: infer Schema extends TSchema }
  ? Static<Schema>
  : undefined
