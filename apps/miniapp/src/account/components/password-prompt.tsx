import { createContext, type PropsWithChildren, useContext, useEffect, useRef, useState } from 'react'
import { useSession } from '../../session/index.ts'
import {
  type PasswordPrompt,
  type PromptForPassword,
  withPassword,
  withProof,
} from '../../session/with-proof.ts'
import { PasswordSheet } from './password-sheet.tsx'

type OpenPrompt = PasswordPrompt & { onClose: () => void }
type Options<Result> = Parameters<typeof withProof<Result>>[0]

const PromptContext = createContext<PromptForPassword | null>(null)

/** Lets the content of a page prompt for the password on top of that page. */
export function PasswordPromptProvider({ children }: PropsWithChildren) {
  const [prompt, setPrompt] = useState<OpenPrompt | null>(null)
  const open = useRef<OpenPrompt | null>(null)
  const show = (next: OpenPrompt | null) => {
    open.current = next
    setPrompt(next)
  }
  // Closing the page closes its prompt.
  useEffect(() => () => open.current?.onClose(), [])

  const promptForPassword: PromptForPassword = (next) =>
    new Promise((resolve) => {
      open.current?.onClose()
      const onClose = () => {
        show(null)
        resolve()
      }
      show({ ...next, onClose })
    })

  return (
    <PromptContext.Provider value={promptForPassword}>
      {children}
      {prompt && <PasswordSheet {...prompt} />}
    </PromptContext.Provider>
  )
}

/** Sends operations with a proof by the user, and prompts for the password on this page where needed. */
export function useProof() {
  const { session } = useSession()
  const promptForPassword = useContext(PromptContext)
  if (!promptForPassword) throw new Error('useProof needs an AccountScreen')
  const shared = { session, promptForPassword }
  return {
    withProof: <Result,>(
      send: Options<Result>['send'],
      isAboutProof?: NonNullable<Options<Result>['isAboutProof']>,
    ) => withProof({ ...shared, send, ...(isAboutProof && { isAboutProof }) }),
    withPassword: <Result,>(send: Options<Result>['send']) => withPassword({ ...shared, send }),
  }
}
