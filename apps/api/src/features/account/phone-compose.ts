import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { createAccompanyByPhone } from '../../domain/phones/phone-claim.ts'
import { createPhones } from '../../domain/phones/phones.ts'
import { createPhoneLogin } from '../login/phone-login.ts'
import { createBindPhone } from './phone.ts'
import { registerPhoneRoutes } from './phone-routes.ts'

export function composePhone(app: FastifyInstance, house: House): void {
  const phones = createPhones(house.storedNumbers)
  const accompanyByPhone = createAccompanyByPhone({
    phones,
    reclaimSeconds: house.config.phoneReclaimSeconds,
  })
  registerPhoneRoutes(app, {
    bindPhone: createBindPhone({ ...house, phones, takesEncryptedData: house.config.phoneEncryptedData }),
    phoneLogin: house.metrics.watchLogin(createPhoneLogin({ ...house, accompanyByPhone })),
  })
}
