// @vitest-environment happy-dom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PhoneButton } from '../../src/account/components/phone-button.tsx'

afterEach(cleanup)

const button = () => screen.getByRole('button', { name: 'number' })
const tell = (detail: object) => fireEvent(button(), new CustomEvent('getphonenumber', { detail }))

describe('the phone button', () => {
  it('leaves the press to WeChat, and hands on what WeChat says', () => {
    const onAnswer = vi.fn()
    render(<PhoneButton look="soft" label="number" onAnswer={onAnswer} />)
    expect(button().dataset.openType).toBe('getPhoneNumber')
    fireEvent.click(button())
    expect(onAnswer).not.toHaveBeenCalled()
    tell({ errMsg: 'getPhoneNumber:ok', code: 'c' })
    tell({ errMsg: 'getPhoneNumber:fail user deny' })
    expect(onAnswer.mock.calls).toEqual([[{ kind: 'code', code: 'c' }], [{ kind: 'refused' }]])
  })

  it('accepts the privacy guide with the same press where it is told to', () => {
    render(<PhoneButton look="primary" label="number" acceptsPrivacyGuide onAnswer={() => {}} />)
    expect(button().dataset.openType).toBe('getPhoneNumber|agreePrivacyAuthorization')
  })

  it('takes no press while something is under way', () => {
    render(<PhoneButton look="soft" label="number" isBusy onAnswer={() => {}} />)
    expect((button() as HTMLButtonElement).disabled).toBe(true)
  })
})
