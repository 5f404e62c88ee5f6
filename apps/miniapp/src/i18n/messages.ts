import type { ErrorCode } from '@repo/shared'
import type { AccountProblemCode } from '../account/lib/error-messages.ts'
import type { PhoneProblemCode } from '../account/lib/phone-number-result.ts'
import type { Question } from '../lib/dialogs.ts'
import type { Language } from '../lib/language.ts'
import type { LoginProblemCode, TransportCode } from '../session/index.ts'

/** Everything that can go wrong before somebody's eyes. */
export type ProblemCode = ErrorCode | TransportCode | LoginProblemCode | PhoneProblemCode

/** The words of the first pages, and those that every page may need, in one language. */
export type Text = {
  language: Language
  brand: string
  /** The name of somebody who has not chosen one; `shortId` tells two of them apart. */
  defaultNickname: (shortId: string) => string
  dateTime: (moment: { year: number; month: number; day: number; time: string }) => string
  /** Names of levels, by number, where the server's own are in another language. */
  levels: Record<number, string>
  home: {
    tab: string
    greetGuest: string
    greetUser: (name: string) => string
    guestLead: string
    userLead: string
    privateCardTitle: string
    privateCardBody: string
    privateCardGuestHint: string
    ask: string
    /** What the server has just said: when, and the name of the person's level. */
    confirmed: (time: string, level: string) => string
  }
  me: {
    title: string
    guestName: string
    guestLead: string
    login: string
    userId: string
    /** The pages behind the rows, called the same in their own bars: at 320 px there is room for 14 letters. */
    profile: string
    phone: string
    devices: string
    security: string
    'login-history': string
    data: string
    about: string
    noPhone: string
    logout: string
    logoutQuestion: Question
    loggedOut: string
  }
  common: {
    retry: string
    cancel: string
    /** Leads to the login history, where a login may have been stolen. */
    view: string
    /** Over whatever is shown while the phone has no network. */
    offline: string
    /** In place of a page that could not be opened. */
    pageMissing: string
  }
  /** What is asked when a new version has been downloaded. */
  update: Question
  problems: Record<Exclude<ProblemCode, AccountProblemCode>, string>
  /** For what nobody foresaw. */
  unknownProblem: string
  /** What the server wants the person to know. */
  reason: (reason: string) => string
  /** When a ban ends by itself; `moment` is made by `dateTime`. */
  until: (moment: string) => string
  /** What support asks for: it finds the request in the server's log. */
  requestId: (id: string) => string
}
