import type { FastifyInstance } from 'fastify'
import type { House } from '../house.ts'
import { createAccompanyByPhone } from './accompany.ts'
import { createBindPhone } from './bind-phone.ts'
import { createPhoneLogin } from './phone-login.ts'
import { createPhones } from './phones.ts'
import { registerPhoneRoutes } from './routes.ts'

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
