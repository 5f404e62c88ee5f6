import Taro from '@tarojs/taro'
import { expect, it, vi } from 'vitest'
import { miniProgram } from '../../src/lib/mini-program.ts'

it('the mini program is what WeChat says of it, and nothing where it says nothing', () => {
  vi.mocked(Taro.getAccountInfoSync).mockReturnValueOnce({ miniProgram: { envVersion: 'trial' } } as never)
  expect(miniProgram()).toEqual({ envVersion: 'trial' })
  vi.mocked(Taro.getAccountInfoSync).mockReturnValueOnce({} as never)
  expect(miniProgram()).toEqual({})
})
