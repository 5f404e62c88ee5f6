import Taro from '@tarojs/taro'
import { act, fireEvent, screen } from '@testing-library/react'
import { vi } from 'vitest'

export const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement

/** Presses, and lets happen what happens at once. */
export const press = (name: string) => act(async () => void fireEvent.click(button(name)))

export const field = (label: string) => screen.getByLabelText(label) as HTMLInputElement

export const type = (label: string, value: string) => fireEvent.change(field(label), { target: { value } })

/** The stack of open pages, the one that is seen last. */
export const openPages = (...routes: string[]) =>
  vi.mocked(Taro.getCurrentPages).mockReturnValue(routes.map((route) => ({ route })) as never)

/** What the person answers to the next question. */
export const answerDialog = (confirm: boolean) =>
  vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm } as never)

/** The question that was asked last. */
export const question = () => vi.mocked(Taro.showModal).mock.lastCall?.[0]

export const toasts = () => vi.mocked(Taro.showToast).mock.calls.map(([options]) => options?.title)
