import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema } from 'fastify'

/** The contract as OpenAPI at `/openapi.json` and as a page at `/docs`, for development. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    transform: ({ schema, url }) => ({ schema: withFile(schema), url }),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'WeChat mini-program login',
        version: '1',
        description:
          'Every error is `application/problem+json` with a stable `code`. `packages/shared/src/api.ts` is the source of this page.',
      },
      components: {
        securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', defaultModelsExpandDepth: -1, persistAuthorization: false },
    // The page may load only its own files, and must not be framed.
    staticCSP: true,
    transformStaticCSP: (policy) =>
      policy
        .replace("frame-ancestors 'self'", "frame-ancestors 'none'")
        .replace('upgrade-insecure-requests;', ''),
    theme: {
      title: 'WeChat mini-program login: API',
      css: [{ filename: 'docs.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}

/** The multipart plugin accepts no schema for the file, so the page gets it here. */
function withFile(schema: FastifySchema & { consumes?: readonly string[] }): FastifySchema {
  if (!schema?.consumes?.includes('multipart/form-data')) return schema
  const file = { type: 'string', format: 'binary' }
  return { ...schema, body: { type: 'object', properties: { file }, required: ['file'] } }
}
