import type { FastifyInstance } from 'fastify'
import { endpoint } from '../../http/define-route.ts'
import type { PhoneLogin } from '../login/phone-login.ts'
import type { BindPhone } from './phone.ts'

export function registerPhoneRoutes(
  app: FastifyInstance,
  { bindPhone, phoneLogin }: { bindPhone: BindPhone; phoneLogin: PhoneLogin },
): void {
  endpoint(app, 'POST /v1/auth/phone-login', ({ body, ip, log }) => phoneLogin(body, { ip, log }))

  endpoint(app, 'POST /v1/me/phone', ({ claims, body, ip, log }) => bindPhone.bind(claims, body, { ip, log }))

  endpoint(app, 'POST /v1/me/phone/delete', ({ claims, body, ip, log }) =>
    bindPhone.remove(claims, body.proof, { ip, log }),
  )
}
