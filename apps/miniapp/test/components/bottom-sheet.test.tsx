// @vitest-environment happy-dom

import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { BottomSheet } from '../../src/components/bottom-sheet.tsx'

afterEach(cleanup)

const open = (onClose = () => {}) =>
  render(
    <BottomSheet title="Title" closeLabel="Close" onClose={onClose}>
      <p>body</p>
    </BottomSheet>,
  )

it('BottomSheet keeps the page below from scrolling', () => {
  open()
  expect(screen.getByRole('dialog').dataset.catchMove).toBe('true')
})

it('BottomSheet closes on a tap beside it, without passing the event', () => {
  const onClose = vi.fn()
  open(onClose)
  fireEvent.click(screen.getByLabelText('Close'))
  expect(onClose.mock.calls).toEqual([[]])
})
