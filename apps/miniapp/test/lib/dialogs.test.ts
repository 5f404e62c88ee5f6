import Taro from '@tarojs/taro'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { confirm, dangerColors } from '../../src/lib/dialogs.ts'

const question = { title: 'title', body: 'body', confirm: 'yes', cancel: 'no' }
const asked = () => vi.mocked(Taro.showModal).mock.lastCall?.[0]

beforeEach(() => {
  vi.clearAllMocks()
})

describe('confirm', () => {
  it.each([true, false])("returns the user's answer: %s", async (answer) => {
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm: answer } as never)
    expect(await confirm(question)).toBe(answer)
    expect(asked()).toEqual({ title: 'title', content: 'body', confirmText: 'yes', cancelText: 'no' })
  })

  it.each([
    ['light', dangerColors.light],
    ['dark', dangerColors.dark],
    [undefined, dangerColors.light],
  ] as const)('shows a dangerous action in the danger color of the theme %s', async (theme, confirmColor) => {
    vi.mocked(Taro.getAppBaseInfo).mockReturnValueOnce({ theme } as never)
    await confirm({ ...question, isDangerous: true })
    expect(asked()).toMatchObject({ confirmColor })
  })
})
