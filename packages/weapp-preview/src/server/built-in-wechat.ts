import { randomBytes } from 'node:crypto'
import { type Handler, HttpError, readJson, sendJson, urlOf } from '@repo/tooling/local-http'

const prefix = '/__simulator/'

type Body = { person?: string; phoneNumber?: string; countryCode?: string | number }
type User = { id: string; name: string; phoneNumber: string; countryCode: string | number }

const names = { xiaoming: '王小明', xiaohong: '李小红', zhangwei: '张伟', chenjing: '陈静' }

/** Numbers that no subscriber has. */
const createUsers = (): User[] =>
  Object.entries(names).map(([id, name], index) => ({
    id,
    name,
    phoneNumber: `1206660000${index + 1}`,
    countryCode: '86',
  }))

/**
 * What the phone needs of WeChat where no simulator is connected: users, and random codes that no server accepts.
 * It has no session_key, so a phone number comes without `encryptedData`.
 */
export function createBuiltInWechat(): Handler {
  const users = createUsers()
  const loggedIn = new Set<string>()

  function userOf({ person = '' }: Body): User {
    const user = users.find(({ id }) => id === person)
    if (!user) throw new HttpError(404, `there is no user ${JSON.stringify(person)}`)
    return user
  }

  const operations: Record<string, (body: Body) => unknown> = {
    'GET people': () => ({ people: users }),
    'POST login': (body) => {
      loggedIn.add(userOf(body).id)
      return { code: randomBytes(24).toString('base64url') }
    },
    'POST check-session': (body) => ({ alive: loggedIn.has(userOf(body).id) }),
    'POST expire-session-key': (body) => void loggedIn.delete(userOf(body).id),
    'POST visit': (body) => void userOf(body),
    'POST phone-code': (body) => {
      userOf(body)
      return { code: randomBytes(32).toString('hex') }
    },
    'PUT phone': (body) => {
      const { phoneNumber = '', countryCode = '86' } = body
      Object.assign(userOf(body), { phoneNumber, countryCode })
    },
  }

  return async (request, response) => {
    const { pathname } = urlOf(request)
    if (!pathname.startsWith(prefix)) return false
    const operation = operations[`${request.method} ${pathname.slice(prefix.length)}`]
    if (!operation)
      throw new HttpError(404, 'only a WeChat simulator has this: start the preview with its URL')
    const result = operation(request.method === 'GET' ? {} : ((await readJson(request)) as Body))
    if (result === undefined) response.writeHead(204).end()
    else sendJson(response, 200, result)
    return true
  }
}
