import { afterEach, expect, it, vi } from 'vitest'
import { consent } from './fakes/consent.ts'

const urls = {
  develop: 'http://192.168.1.5:3000',
  trial: 'https://trial.example.com',
  release: 'https://api.example.com',
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

it.each(Object.entries(urls))("the session of WeChat's environment %s uses %s", async (envVersion, url) => {
  vi.stubGlobal('API_URLS', urls)
  const { default: Taro } = await import('@tarojs/taro')
  vi.mocked(Taro.getAccountInfoSync).mockReturnValue({ miniProgram: { envVersion } } as never)
  const { session } = await import('../src/session.ts')
  await session.login(consent).catch(() => {})
  expect(Taro.request).toHaveBeenCalledWith(expect.objectContaining({ url: `${url}/v1/auth/login` }))
})
