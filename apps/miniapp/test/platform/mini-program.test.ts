import Taro from '@tarojs/taro'
import { expect, it, vi } from 'vitest'
import { environment } from '../../src/platform/environment.ts'

it("the environment is WeChat's word for it, or nothing where it has none", () => {
  vi.mocked(Taro.getAccountInfoSync).mockReturnValueOnce({ miniProgram: { envVersion: 'trial' } } as never)
  expect(environment()).toBe('trial')
  vi.mocked(Taro.getAccountInfoSync).mockReturnValueOnce({} as never)
  expect(environment()).toBeUndefined()
})
