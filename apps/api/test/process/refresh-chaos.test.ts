import { setTimeout as sleep } from 'node:timers/promises'
import type { LoginResult, RefreshResult } from '@repo/shared'
import { startWechatSimulator, type WechatSimulator } from '@repo/wechat-simulator'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { type ApiProcess, startApiProcess } from '../support/api-process.ts'
import { startBreakableProxy } from '../support/breakable-proxy.ts'
import { createPostgresDatabase } from '../support/database.ts'
import { createPhone, type Phone, type Reply } from '../support/phone.ts'
import { apps, people, testVariables } from '../support/test-app.ts'

/** Two API processes on one PostgreSQL: one that stays, and one that is shot. */
describe.runIf(inject('postgresUrl') !== null)(
  'POST /v1/auth/refresh, while processes die and requests race,',
  { timeout: 120_000 },
  () => {
    let simulator: WechatSimulator
    let database: Awaited<ReturnType<typeof createPostgresDatabase>>
    let sql: pg.Client
    let wire: Awaited<ReturnType<typeof startBreakableProxy>>
    let variables: Record<string, string>
    let phone: Phone
    let survivor: ApiProcess
    let victim: ApiProcess | undefined

    beforeAll(async () => {
      simulator = await startWechatSimulator({ apps, users: people })
      database = await createPostgresDatabase()
      sql = new pg.Client(database.config.url)
      await sql.connect()
      wire = await startBreakableProxy(new URL(database.config.url))
      variables = { ...testVariables(simulator.url), PUBLIC_URL: 'http://api.test' }
      phone = createPhone(simulator.url)
      survivor = await startApiProcess({ ...variables, DATABASE_URL: database.config.url })
      await survivor.ready()
    })
    afterEach(async () => {
      wire.mend()
      if (victim) await kill(victim)
    })
    afterAll(async () => {
      if (survivor) await kill(survivor)
      await wire?.close()
      await sql?.end()
      await database?.remove()
      await simulator?.close()
    })

    async function startVictim(): Promise<ApiProcess> {
      victim = await startApiProcess({ ...variables, DATABASE_URL: wire.url })
      await victim.ready()
      // The first request of a process is its slowest: it must not be the one that is shot at.
      expect(await phone.refresh(victim.url, await freshToken('person-0'))).toMatchObject({ status: 200 })
      return victim
    }

    async function kill({ child, ended }: ApiProcess) {
      child.kill('SIGKILL')
      await ended
    }

    async function logIn(person: string): Promise<LoginResult> {
      const reply = await phone.logIn(survivor.url, person)
      if (reply?.status !== 200) throw new Error(`login: ${JSON.stringify(reply)}`)
      return reply.body
    }
    const freshToken = async (person: string) => (await logIn(person)).refreshToken

    const counterOf = async (refreshToken: string) => {
      const values = [refreshToken.split('.')[0]]
      const { rows } = await sql.query('SELECT refresh_counter FROM sessions WHERE id = $1', values)
      return rows[0]?.refresh_counter as number
    }
    const letADayPass = (refreshToken: string) =>
      sql.query("UPDATE sessions SET refreshed_at = refreshed_at - interval '25 h' WHERE id = $1", [
        refreshToken.split('.')[0],
      ])
    const livingSessions = async ({ user }: LoginResult) => {
      const text = 'SELECT count(*)::int AS count FROM sessions WHERE user_id = $1 AND revoked_at IS NULL'
      return (await sql.query(text, [user.id])).rows[0].count as number
    }

    /** Within a day: by the same token, whatever became of the answer. */
    async function expectInByTheSameToken(login: LoginResult, replies: Reply<RefreshResult>[]) {
      const again = await phone.refresh(survivor.url, login.refreshToken)
      expect(again).toMatchObject({ status: 200 })
      for (const reply of replies) if (reply) expect(reply).toMatchObject({ status: 200 })
      const held = [again, ...replies].flatMap((reply) => (reply ? [reply.body] : []))
      expect(new Set(held.map(({ refreshToken }) => refreshToken)).size).toBe(1)
      for (const { accessToken, refreshToken } of held) {
        expect(await phone.me(survivor.url, accessToken)).toBe(200)
        // Nobody who was answered holds a token that ends the session.
        expect(await phone.refresh(survivor.url, refreshToken)).toMatchObject({ status: 200 })
      }
      expect(await livingSessions(login)).toBe(1)
    }

    /** After a day: by a silent login, unless the refresh never happened. */
    async function expectInByASilentLogin(person: string, login: LoginResult) {
      await letADayPass(login.refreshToken)
      const late = await phone.refresh(survivor.url, login.refreshToken)
      if (late?.status !== 200) {
        expect(late?.body.code).toBe('refresh_token_reused')
        const silent = await phone.logIn(survivor.url, person, { expectedUserId: login.user.id })
        expect(silent).toMatchObject({ status: 200, body: { isNewUser: false, user: { id: login.user.id } } })
        expect(await phone.me(survivor.url, silent?.body.accessToken ?? '')).toBe(200)
      }
      expect(await livingSessions(login)).toBe(1)
    }

    it('returns the same token to 50 concurrent requests on two processes, generation after generation', async () => {
      const other = await startVictim()
      const login = await logIn('person-1')
      let token = login.refreshToken
      for (let generation = 2; generation <= 6; generation += 1) {
        const racers = Array.from({ length: 50 }, (_, index) =>
          phone.refresh(index % 2 ? survivor.url : other.url, token),
        )
        const replies = await Promise.all(racers)
        expect(replies.map((reply) => reply?.status)).toEqual(replies.map(() => 200))
        const tokens = new Set(replies.map((reply) => reply?.body.refreshToken))
        expect(tokens.size).toBe(1)
        token = [...tokens][0] ?? ''
        expect(token.split('.')[1]).toBe(String(generation))
      }
      expect(await livingSessions(login)).toBe(1)
    })

    it('keeps the user logged in when the process dies before the statement', async () => {
      for (const [person, late] of [
        ['person-2', false],
        ['person-3', true],
      ] as const) {
        const api = await startVictim()
        const login = await logIn(person)
        wire.silence()
        const lost = phone.refresh(api.url, login.refreshToken)
        await sleep(200)
        await kill(api)
        expect(await lost).toBeNull()
        expect(await counterOf(login.refreshToken)).toBe(1)
        if (late) await expectInByASilentLogin(person, login)
        else await expectInByTheSameToken(login, [])
        wire.mend()
      }
    })

    it('keeps the user logged in when the process dies after the statement', async () => {
      for (const [person, late] of [
        ['person-4', false],
        ['person-5', true],
      ] as const) {
        const api = await startVictim()
        const login = await logIn(person)
        wire.deafen()
        const lost = phone.refresh(api.url, login.refreshToken)
        await expect.poll(() => counterOf(login.refreshToken)).toBe(2)
        await kill(api)
        expect(await lost).toBeNull()
        if (late) await expectInByASilentLogin(person, login)
        else await expectInByTheSameToken(login, [])
        wire.mend()
      }
    })

    it('keeps the user logged in when the database connection breaks during the result', async () => {
      const api = await startVictim()
      const login = await logIn('person-6')
      wire.deafen()
      const lost = phone.refresh(api.url, login.refreshToken)
      await expect.poll(() => counterOf(login.refreshToken)).toBe(2)
      wire.cut()
      expect(await lost).toMatchObject({ status: 503, body: { code: 'database_unavailable' } })
      wire.mend()
      await expectInByTheSameToken(login, [await phone.refresh(api.url, login.refreshToken)])
    })

    it('keeps the user logged in across 10 kills at random moments', async () => {
      for (let round = 0; round < 10; round += 1) {
        const api = await startVictim()
        const person = `person-${100 + round}`
        const login = await logIn(person)
        // Two on the process that dies, and sometimes one on the other, at the same time.
        const targets = round % 4 < 2 ? [api, api] : [api, api, survivor]
        const racers = targets.map(({ url }) => phone.refresh(url, login.refreshToken))
        await sleep(Math.random() * 12)
        await kill(api)
        const replies = await Promise.all(racers)
        if (round % 2 === 0) await expectInByTheSameToken(login, replies)
        else await expectInByASilentLogin(person, login)
      }
    }, 900_000)
  },
)
