import Taro from '@tarojs/taro'
import { act, fireEvent, screen } from '@testing-library/react'
import { vi } from 'vitest'

export const button = (name: string) => screen.getByRole('button', { name }) as HTMLButtonElement

/** Taps and lets pending promises settle. */
export const tap = (name: string) => act(async () => void fireEvent.click(button(name)))

export const field = (label: string) => screen.getByLabelText(label) as HTMLInputElement

export const type = (label: string, value: string) => fireEvent.change(field(label), { target: { value } })

/** Sets the page stack; the visible page is last. */
export const openPages = (...routes: string[]) =>
  vi.mocked(Taro.getCurrentPages).mockReturnValue(routes.map((route) => ({ route })) as never)

/** Answers the next dialog. */
export const answerDialog = (confirm: boolean) =>
  vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm } as never)

/** The latest dialog. */
export const question = () => vi.mocked(Taro.showModal).mock.lastCall?.[0]

export const toasts = () => vi.mocked(Taro.showToast).mock.calls.map(([options]) => options?.title)
