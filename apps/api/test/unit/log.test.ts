import { describe, expect, it } from 'vitest'
import { WechatApiError } from '../../src/infra/wechat/wechat-api-error.ts'
import { ApiError } from '../../src/utils/api-error.ts'
import { memoryLog } from '../support/memory-log.ts'

const secret = 'c2VjcmV0LXRoYXQtbXVzdC1ub3QtYmUtbG9nZ2Vk'
const uuid = '01890a5d-ac96-774b-bcce-b302099a8057'

type Write = (log: ReturnType<typeof memoryLog>['log']) => void

/** The one line that these calls have logged. */
function lineOf(write: Write) {
  const { log, text } = memoryLog({ logLevel: 'info' })
  write(log)
  expect(text()).not.toContain(secret)
  return JSON.parse(text())
}

it('the log shows the allowed fields', () => {
  const fields = {
    requestId: uuid,
    method: 'GET',
    route: '/v1/me/sessions/:id',
    status: 200,
    durationMs: 1.5,
  }
  expect(lineOf((log) => log.info(fields, 'request'))).toMatchObject({ ...fields, msg: 'request' })
})

it('the log omits every other field, and counts them', () => {
  const line = lineOf((log) => log.info({ status: 200, token: secret, nested: { secret }, [secret]: 1 }, 'x'))
  expect(line).toMatchObject({ status: 200, hidden: 3, msg: 'x' })
  expect(line).not.toHaveProperty('nested')
})

it.each([
  ['a code of WeChat', 'code', `0712cDoV0${secret.slice(0, 20)}`],
  ['a token', 'userId', `${uuid}.1.${secret}`],
  ['an AppSecret', 'appId', '0123456789abcdef0123456789abcdef'],
  ['an object', 'status', { secret }],
  ['a path with a query', 'route', `/sns/jscode2session?secret=${secret}`],
  ['the text of another server', 'reason', `<html>${secret}</html>`],
  ['a text', 'err', secret],
])('the log omits %s in a field of another type', (_, field, value) => {
  const line = lineOf((log) => log.info({ [field]: value }, 'x'))
  expect(line).toMatchObject({ hidden: 1 })
  expect(line).not.toHaveProperty(field)
})

it('the log applies this to what a child adds to every line, and to its children', () => {
  const line = lineOf((log) => {
    const child = log.child({ requestId: uuid, token: secret })
    child.child({ secret, signal: 'SIGTERM' }, { level: 'info' }).info('x')
  })
  expect(line).toMatchObject({ requestId: uuid, signal: 'SIGTERM', hidden: 1 })
})

it('the log puts no values into a message', () => {
  expect(lineOf((log) => log.info('code %s', secret)).msg).toBe('code %s')
  expect(lineOf((log) => log.info({ status: 1 }, 'code %s', secret)).msg).toBe('code %s')
})

class RequestError extends Error {
  override name = 'RequestError'
  code = 'ENOTFOUND'
  url = `https://api.weixin.qq.com/sns/jscode2session?secret=${secret}`
}

it.each<[string, (error: Error) => Write]>([
  ['as a field', (error) => (log) => log.error({ err: error }, 'failed')],
  ['as the only field', (error) => (log) => log.error({ err: error })],
  ['by itself', (error) => (log) => log.error(error)],
  ['before a message', (error) => (log) => log.error(error, 'failed')],
])('the log shows name, code and place of an error %s, and never its message', (_, write) => {
  const message = `GET ${secret}\n    at ${secret} (/path:1:1)`
  const error = new RequestError(message, { cause: new Error(secret) })
  const { err } = lineOf(write(error))
  expect(err).toMatchObject({ name: 'RequestError', code: 'ENOTFOUND', cause: { name: 'Error' } })
  expect(err.stack).toMatch(/^ {4}at .*log\.test\.ts:\d+:\d+/)
  expect(err).not.toHaveProperty('message')
})

it('the log shows the message of a SafeError, and its causes', () => {
  const cause = new WechatApiError('no answer within 5000 ms')
  const { err } = lineOf((log) => log.error({ err: new ApiError('wechat_unavailable', { cause }) }, 'x'))
  expect(err).toMatchObject({
    name: 'ApiError',
    code: 'wechat_unavailable',
    cause: { name: 'WechatApiError', message: 'no answer within 5000 ms' },
  })
})

it("the log finds the database error behind Prisma's", () => {
  const driver = Object.assign(new Error(secret, { cause: { originalCode: '23505' } }), {
    name: 'DriverError',
  })
  const error = Object.assign(new Error(secret), { code: 'P2002', meta: { driverAdapterError: driver } })
  const { err } = lineOf((log) => log.error({ err: error }, 'x'))
  expect(err).toMatchObject({ code: 'P2002', cause: { name: 'DriverError', code: '23505' } })
})

it('the log does not follow causes for ever', () => {
  const error = new Error(secret)
  error.cause = error
  expect(JSON.stringify(lineOf((log) => log.error(error))).length).toBeLessThan(20_000)
})

describe('the message of a foreign error', () => {
  const messageOf = (error: Error, environment: 'development' | 'production') => {
    const { log, text } = memoryLog({ logLevel: 'info', environment })
    log.error({ err: error }, 'x')
    expect(text()).not.toContain(secret)
    return JSON.parse(text()).err.message
  }
  const typeError = new TypeError("Cannot read properties of undefined (reading 'id')")

  it('is shown in development, and hidden in production', () => {
    expect(messageOf(typeError, 'development')).toBe(typeError.message)
    expect(messageOf(typeError, 'production')).toBeUndefined()
  })

  it('is shown for a cause, too', () => {
    const { log, text } = memoryLog({ logLevel: 'info', environment: 'development' })
    log.error({ err: new ApiError('internal_error', { cause: typeError }) }, 'x')
    expect(JSON.parse(text()).err.cause.message).toBe(typeError.message)
  })

  it.each([
    [`GET https://api.weixin.qq.com/sns/jscode2session?secret=${secret}&x=1`, /jscode2session\?…&x=1$/],
    ['connect to postgresql://api:hunter2@db failed', /^connect to postgresql:\/\/…@db failed$/],
    ['Key (phone)=(+8613800138000) already exists', /^Key \(phone\)=\(\+…\) already exists$/],
    ['0123456789abcdef0123456789abcdef', /^…$/],
  ])('contains no secret in development either: %s', (message, shown) => {
    expect(messageOf(new Error(message), 'development')).toMatch(shown)
  })
})
