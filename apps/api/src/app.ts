import Fastify, { type FastifyInstance } from 'fastify'
import { composeAccount } from './account/compose.ts'
import { composeAdmin } from './admin/compose.ts'
import { registerAuthentication } from './auth/authenticate.ts'
import { composeAuth } from './auth/compose.ts'
import { createEntrance } from './auth/entrance.ts'
import { registerJsonWebKeySet } from './auth/json-web-key-set.ts'
import { composeBinding } from './binding/compose.ts'
import { contentJobs } from './content/jobs.ts'
import { registerDevelopmentGuard } from './development-guard.ts'
import { registerDrain } from './drain.ts'
import { registerHealth } from './health.ts'
import { type House, layFoundation, type Surroundings } from './house.ts'
import { httpOptions, registerHttp } from './http.ts'
import { createDeadJobs } from './jobs/dead-jobs.ts'
import { startJobs } from './jobs/jobs.ts'
import { composeLeaving, leavingJobs } from './leaving/compose.ts'
import { composeMerge } from './merge/compose.ts'
import { createMetrics } from './metrics/metrics.ts'
import { composePassword } from './password/compose.ts'
import { composePhone } from './phone/compose.ts'
import { startPhoneKeyRotation } from './phone/key-rotation.ts'
import { registerProblems } from './problem.ts'
import { composeProfile } from './profile/compose.ts'
import { proxyOptions, registerProxies } from './proxies.ts'
import { composePush, pushJobs } from './push/compose.ts'
import { startRetention } from './retention.ts'
import { composeFiles, storageJobs } from './storage/compose.ts'

/**
 * Puts the API together: what all parts share, then the parts. The caller opens and closes the database and the WeChat
 * client.
 */
export async function buildApp({
  metrics = createMetrics(null),
  ...others
}: Omit<Surroundings, 'metrics'> & Partial<Pick<Surroundings, 'metrics'>>): Promise<FastifyInstance> {
  const { config, database, log } = others
  const app: FastifyInstance = Fastify({
    ...httpOptions,
    ...proxyOptions(config.trustedProxies),
    loggerInstance: log,
  })
  registerProxies(app)
  registerHttp(app)
  const drain = registerDrain(app)
  metrics.attach(app)
  registerProblems(app)
  if (config.environment === 'development') {
    registerDevelopmentGuard(app, config)
    const { registerDocs } = await import('./docs.ts')
    await registerDocs(app)
  }

  const foundation = await layFoundation(app, { ...others, metrics })
  const { counters, rejectedLogins, revocationList, tokenUses } = foundation
  const retention = startRetention(foundation)
  const phoneKeyRotation = startPhoneKeyRotation({ database, dataKeys: config.dataKeys, log })
  const jobs = startJobs({
    database,
    handlers: {
      ...storageJobs(foundation),
      ...contentJobs(foundation),
      ...pushJobs(foundation),
      ...leavingJobs(foundation),
    },
    log,
  })
  // Before the database closes.
  app.addHook('preClose', async () => {
    await Promise.all([drain.closeServer(), retention.close(), phoneKeyRotation.close(), jobs.close()])
    // The requests that were under way needed it.
    await revocationList.close()
  })
  app.addHook('onClose', async () => {
    await Promise.all([tokenUses.close(), rejectedLogins.close()])
    counters.close()
  })
  const deadJobs = createDeadJobs(database)
  metrics.watchState({ revocationList, database, deadJobs })
  const house: House = { ...foundation, ...createEntrance(foundation, jobs), jobs }

  registerAuthentication(app, house)
  registerHealth(app, { database, drain })
  registerJsonWebKeySet(app, config.accessToken.keys)
  composeAuth(app, house)
  composePassword(app, house)
  composeBinding(app, house)
  composeMerge(app, house)
  composeAccount(app, house)
  composePhone(app, house)
  composeLeaving(app, house)
  composePush(app, house)
  composeProfile(app, house)
  composeFiles(app, house)
  composeAdmin(app, { ...house, deadJobs })
  return app
}
