import { cleanup, configure, render } from '@testing-library/react'
import type { ComponentType } from 'react'
import { afterEach } from 'vitest'
import { SessionContext } from '../../src/session/use-session.ts'
import { createPhone } from '../session/phone.ts'

// A busy machine may need a while for what takes a moment elsewhere.
configure({ asyncUtilTimeout: 10_000 })
afterEach(cleanup)

/** Renders a page on a phone, with a session that works; `phone.server` decides what it is answered. */
export function renderPage(Page: ComponentType, phone = createPhone()) {
  const session = phone.launch()
  const view = render(
    <SessionContext.Provider value={session}>
      <Page />
    </SessionContext.Provider>,
  )
  return { phone, session, ...view }
}
