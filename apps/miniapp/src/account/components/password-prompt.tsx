import { createContext, type PropsWithChildren, useContext, useEffect, useRef, useState } from 'react'
import { useSession } from '../../session/index.ts'
import {
  type AskForPassword,
  type PasswordQuestion,
  withPassword,
  withProof,
} from '../../session/with-proof.ts'
import { PasswordSheet } from './password-sheet.tsx'

type OpenQuestion = PasswordQuestion & { onClose: () => void }
type Send<Answer> = Parameters<typeof withProof<Answer>>[0]

const AskContext = createContext<AskForPassword | null>(null)

/** Lets what is on a page ask for the password, over that page. */
export function PasswordQuestions({ children }: PropsWithChildren) {
  const [question, setQuestion] = useState<OpenQuestion | null>(null)
  const open = useRef<OpenQuestion | null>(null)
  const show = (next: OpenQuestion | null) => {
    open.current = next
    setQuestion(next)
  }
  // A page that is left takes its question along.
  useEffect(() => () => open.current?.onClose(), [])

  const askForPassword: AskForPassword = (asked) =>
    new Promise((resolve) => {
      open.current?.onClose()
      const onClose = () => {
        show(null)
        resolve()
      }
      show({ ...asked, onClose })
    })

  return (
    <AskContext.Provider value={askForPassword}>
      {children}
      {question && <PasswordSheet {...question} />}
    </AskContext.Provider>
  )
}

/** Sends operations with a proof by the user, who is asked for the password on this page where that is needed. */
export function useProof() {
  const { session } = useSession()
  const askForPassword = useContext(AskContext)
  if (!askForPassword) throw new Error('useProof needs a Screen around it')
  const ask = { session, askForPassword }
  return {
    withProof: <Answer,>(
      send: Send<Answer>['send'],
      isAboutProof?: NonNullable<Send<Answer>['isAboutProof']>,
    ) => withProof({ ...ask, send, ...(isAboutProof && { isAboutProof }) }),
    withPassword: <Answer,>(send: Send<Answer>['send']) => withPassword({ ...ask, send }),
  }
}
