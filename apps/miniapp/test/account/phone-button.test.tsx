// @vitest-environment happy-dom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { PhoneButton } from '../../src/account/components/phone-button.tsx'

afterEach(cleanup)

const button = () => screen.getByRole('button', { name: 'number' })
const tell = (detail: object) => fireEvent(button(), new CustomEvent('getphonenumber', { detail }))

describe('PhoneButton', () => {
  it('leaves the tap to WeChat and reports its result', () => {
    const onResult = vi.fn()
    render(<PhoneButton variant="soft" label="number" onResult={onResult} />)
    expect(button().dataset.openType).toBe('getPhoneNumber')
    fireEvent.click(button())
    expect(onResult).not.toHaveBeenCalled()
    tell({ errMsg: 'getPhoneNumber:ok', code: 'c' })
    tell({ errMsg: 'getPhoneNumber:fail user deny' })
    expect(onResult.mock.calls).toEqual([[{ kind: 'code', code: 'c' }], [{ kind: 'denied' }]])
  })

  it('accepts the privacy guide with the same tap', () => {
    render(<PhoneButton variant="primary" label="number" acceptsPrivacyGuide onResult={() => {}} />)
    expect(button().dataset.openType).toBe('getPhoneNumber|agreePrivacyAuthorization')
  })

  it('is disabled while loading', () => {
    render(<PhoneButton variant="soft" label="number" loading onResult={() => {}} />)
    expect((button() as HTMLButtonElement).disabled).toBe(true)
  })
})
