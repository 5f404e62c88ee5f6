import Taro from '@tarojs/taro'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { confirm, dangerColors } from '../../src/lib/dialogs.ts'

const question = { title: 'title', body: 'body', confirm: 'yes', cancel: 'no' }
const asked = () => vi.mocked(Taro.showModal).mock.lastCall?.[0]

beforeEach(() => {
  vi.clearAllMocks()
})

describe('a question', () => {
  it.each([true, false])('is answered by the person: %s', async (answer) => {
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm: answer } as never)
    expect(await confirm(question)).toBe(answer)
    expect(asked()).toEqual({ title: 'title', content: 'body', confirmText: 'yes', cancelText: 'no' })
  })

  it.each([
    ['light', dangerColors.light],
    ['dark', dangerColors.dark],
    [undefined, dangerColors.light],
  ] as const)('about what cannot be undone has its colour, by the theme %s', async (theme, confirmColor) => {
    vi.mocked(Taro.getAppBaseInfo).mockReturnValueOnce({ theme } as never)
    await confirm({ ...question, isDangerous: true })
    expect(asked()).toMatchObject({ confirmColor })
  })
})
