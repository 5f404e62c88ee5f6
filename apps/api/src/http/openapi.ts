import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { openApiDocument } from '@repo/shared/openapi'
import type { FastifyInstance } from 'fastify'

/** The OpenAPI document at `/openapi.json`, and a page that shows it at `/docs`. For development. */
export async function registerOpenApi(app: FastifyInstance): Promise<void> {
  const document = openApiDocument()
  await app.register(swagger, {
    mode: 'static',
    specification: { document: document as StaticDocumentSpec['document'] },
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
  app.get('/openapi.json', { schema: { hide: true } }, async () => document)
}
