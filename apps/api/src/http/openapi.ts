import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifySchema } from 'fastify'

/** OpenAPI of the contract at `/openapi.json`, and a page for people at `/docs`. For development. */
export async function registerDocs(app: FastifyInstance): Promise<void> {
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
    // What the page may load is its own; nobody may frame it.
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

/** The plugin that reads multipart/form-data takes no schema for it, so the page is told here. */
function withFile(schema: FastifySchema & { consumes?: readonly string[] }): FastifySchema {
  if (!schema?.consumes?.includes('multipart/form-data')) return schema
  const file = { type: 'string', format: 'binary' }
  return { ...schema, body: { type: 'object', properties: { file }, required: ['file'] } }
}
