// @vitest-environment happy-dom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Row } from '../../src/components/row.tsx'

afterEach(cleanup)

describe('Row', () => {
  it('is a button with label and value when tappable', () => {
    const onTap = vi.fn()
    render(<Row label="Phone" value="138******00" onTap={onTap} />)
    fireEvent.click(screen.getByRole('button', { name: 'Phone 138******00' }))
    expect(onTap).toHaveBeenCalledTimes(1)
  })

  it('is no button otherwise', () => {
    render(<Row label="Version" value="1.0" />)
    expect(screen.getByText('1.0')).toBeDefined()
    expect(screen.queryByRole('button')).toBeNull()
  })
})
