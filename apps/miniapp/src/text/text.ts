import type { ErrorCode } from '@repo/shared'
import type { TransportCode } from '../api/problem.ts'
import type { LoginProblemCode } from '../session/login-problem.ts'

/** Everything that can go wrong before somebody's eyes. A new code breaks the build until it has words. */
export type ProblemCode = ErrorCode | TransportCode | LoginProblemCode

export type Section = { heading: string; paragraphs: string[] }
export type Document = { title: string; notice: string; sections: Section[] }

/** All the words that people read, in one language. */
export type Text = {
  language: 'zh_CN' | 'en'
  brand: string
  slogan: string
  /** The name of somebody who has not chosen one; `shortId` tells two of them apart. */
  defaultNickname: (shortId: string) => string
  dateTime: (moment: { year: number; month: number; day: number; time: string }) => string
  home: {
    tab: string
    title: string
    greetGuest: string
    greetUser: (name: string) => string
    guestLead: string
    userLead: string
    walkTitle: string
    walk: { title: string; body: string }[]
    guestCardTitle: string
    guestCardBody: string
    privateCardTitle: string
    privateCardBody: string
    privateCardGuestHint: string
    ask: string
    asking: string
    askAgain: string
    confirmedAt: (time: string) => string
  }
  login: {
    title: string
    lead: string
    button: string
    busy: string
    wait: (seconds: number) => string
    notNow: string
    agree: string
    and: string
    agreement: string
    privacy: string
    sheetTitle: string
    sheetBody: string
    sheetAgree: string
    sheetRefuse: string
    welcome: string
    welcomeBack: string
  }
  me: {
    title: string
    guestName: string
    guestLead: string
    login: string
    level: string
    registeredAt: string
    lastLoginAt: string
    userId: string
    retry: string
    logout: string
    logoutTitle: string
    logoutBody: string
    logoutConfirm: string
    cancel: string
    loggedOut: string
  }
  agreement: Document
  privacy: Document
  problems: Record<ProblemCode, string>
  /** For what nobody foresaw. */
  unknownProblem: string
  /** What the server wants the person to know. */
  reason: (reason: string) => string
  /** What support asks for: it finds the request in the server's log. */
  requestId: (id: string) => string
}
