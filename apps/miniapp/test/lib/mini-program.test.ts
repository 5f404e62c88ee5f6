import Taro from '@tarojs/taro'
import { expect, it, vi } from 'vitest'
import { miniProgram } from '../../src/lib/mini-program.ts'

it("miniProgram returns WeChat's information, or nothing", () => {
  vi.mocked(Taro.getAccountInfoSync).mockReturnValueOnce({ miniProgram: { envVersion: 'trial' } } as never)
  expect(miniProgram()).toEqual({ envVersion: 'trial' })
  vi.mocked(Taro.getAccountInfoSync).mockReturnValueOnce({} as never)
  expect(miniProgram()).toEqual({})
})
