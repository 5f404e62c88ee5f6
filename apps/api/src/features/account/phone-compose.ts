import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createAccompanyByPhone } from '../../domain/phones/phone-claim.ts'
import { createPhoneLogin } from '../login/phone-login.ts'
import { createBindPhone } from './phone.ts'
import { registerPhoneRoutes } from './phone-routes.ts'

export function composePhone(app: FastifyInstance, context: AppContext): void {
  const accompanyByPhone = createAccompanyByPhone({
    phones: context.phones,
    reclaimSeconds: context.config.phoneReclaimSeconds,
  })
  registerPhoneRoutes(app, {
    bindPhone: createBindPhone({ ...context, takesEncryptedData: context.config.phoneEncryptedData }),
    phoneLogin: context.metrics.watchLogin(createPhoneLogin({ ...context, accompanyByPhone })),
  })
}
