import type { ConfirmOptions } from '../lib/dialogs.ts'
import type { Language } from '../lib/language.ts'
import type { ErrorMessages } from './error-messages.ts'

/** The strings of the main package, and those that every page may need, in one language. */
export type Messages = {
  language: Language
  brand: string
  /** For a user without a nickname; `shortId` tells two of them apart. */
  defaultNickname: (shortId: string) => string
  dateTime: (moment: { year: number; month: number; day: number; time: string }) => string
  /** Level names by number, in languages other than the server's. */
  levels: Record<number, string>
  home: {
    tab: string
    greetGuest: string
    greetUser: (name: string) => string
    guestLead: string
    userLead: string
    protectedCardTitle: string
    protectedCardBody: string
    protectedCardGuestHint: string
    load: string
    updated: (time: string, level: string) => string
  }
  me: {
    title: string
    guestName: string
    guestLead: string
    login: string
    /** The rows share their labels with the page titles. At 320 px there is room for 14 letters. */
    profile: string
    phone: string
    devices: string
    security: string
    'login-history': string
    data: string
    about: string
    noPhone: string
    logout: string
    confirmLogout: ConfirmOptions
    loggedOut: string
  }
  common: {
    retry: string
    cancel: string
    view: string
    offline: string
  }
  update: ConfirmOptions
  errors: ErrorMessages
  unknownError: string
  /** The server's reason, as for a ban. */
  reason: (reason: string) => string
  /** When a ban ends. */
  until: (moment: string) => string
  /** Opens WeChat's customer service. An error message that contains it gets a link to it. */
  support: string
  /** Opens the notice of a ban. */
  banNotice: string
  /** Support finds the request in the server's log by this id. */
  requestId: (id: string) => string
}
