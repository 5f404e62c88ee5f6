// @vitest-environment happy-dom

import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import Taro from '@tarojs/taro'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { AnyPage, App, LoginPage } from './example.tsx'
import { createPhone } from './phone.ts'

const folder = join(import.meta.dirname, '../../src/session')
const document = readFileSync(join(import.meta.dirname, '../../../../docs/session.md'), 'utf8')

afterEach(cleanup)

it('the session folder imports only itself, Taro, React and types of the contract', () => {
  const strangers = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .flatMap((path) => {
      const text = readFileSync(join(folder, path), 'utf8')
      return [...text.matchAll(/^(?:import|export)\s+(?:([^'"]*?)from\s+)?'([^']+)'/gm)].map(
        ([, names = '', from = '']) => ({ path, names, from }),
      )
    })
    .filter(({ path, names, from }) => {
      if (from === '@repo/shared') return !names.trim().startsWith('type ')
      if (from.startsWith('.')) return relative(folder, join(folder, path, '..', from)).startsWith('..')
      return !['@tarojs/taro', 'react'].includes(from)
    })
  expect(strangers).toEqual([])
})

it('the example in the docs equals the tested one', () => {
  const example = readFileSync(join(import.meta.dirname, 'example.tsx'), 'utf8')
  expect(document).toContain(`\`\`\`tsx\n${example.replace('../../src/session/', './session/')}\`\`\`\n`)
})

it('the docs list every function of the session, and no other', () => {
  const functions = Object.keys(createPhone().launch())
  const [, section = ''] = /\n## API\n(.*?)\n## /s.exec(document) ?? []
  const named = [...section.matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name)
  expect(named.toSorted()).toEqual(functions.toSorted())
})

it('the example logs a guest in, and then does what they tapped', async () => {
  vi.mocked(Taro.request).mockImplementation(answer as never)
  render(
    <App>
      <AnyPage />
    </App>,
  )
  fireEvent.click(screen.getByText('我的等级'))
  expect(Taro.navigateTo).toHaveBeenCalledWith({ url: '/account/login/index' })
  const login = render(
    <App>
      <LoginPage />
    </App>,
  )
  await act(async () => fireEvent.click(screen.getByText('微信登录')))
  await vi.waitFor(() => expect(Taro.navigateBack).toHaveBeenCalled())
  login.unmount()
  expect(await screen.findByText(/金卡/)).toBeDefined()
})

/** The API, as wx.request brings it. */
async function answer({ url }: { url: string }) {
  const user = {
    id: 'ada',
    nickname: '阿达',
    avatarUrl: null,
    level: 2,
    levelDescription: '金卡',
    registeredAt: '2026-01-02T03:04:05.000Z',
    lastLoginAt: '2026-11-20T08:00:00.000Z',
  }
  const tokens = {
    accessToken: 'access',
    accessTokenExpiresAt: new Date(Date.now() + 600_000).toISOString(),
    refreshToken: 'refresh',
    serverTime: new Date().toISOString(),
  }
  const data = url.endsWith('/v1/me') ? user : { ...tokens, user, isNewUser: false }
  return { statusCode: 200, header: {}, data }
}
