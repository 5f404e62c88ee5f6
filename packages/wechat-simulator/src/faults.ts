import { type AnswerFault, answerFaults, httpErrorAnswer, slowAnswer } from './answer-faults.ts'

/** `refuse`: WeChat says no instead of exchanging the code. `answer`: it exchanges it, and the answer suffers. */
export type Fault = { refuse: number } | { answer: AnswerFault }

/** Stands before a fault's name in a code of `wx.login`: `fault:45011`. */
const magicPrefix = 'fault:'

/** What can be asked for, in words for an error message. */
export const faultNames = `an errcode such as -1, 40226 or 45011; an HTTP status from 500 to 599; slow, slow:<ms>, ${Object.keys(answerFaults).join(', ')}`

/** Reads the name of a fault; `undefined` when there is none of this name. */
export function parseFault(name: string): Fault | undefined {
  const [, delayMs] = /^slow:(\d{1,5})$/.exec(name) ?? []
  if (delayMs !== undefined) return { answer: slowAnswer(Number(delayMs)) }
  if (Object.hasOwn(answerFaults, name)) return { answer: answerFaults[name as keyof typeof answerFaults] }
  if (/^5\d\d$/.test(name)) return { answer: httpErrorAnswer(Number(name)) }
  if (/^-?[1-9]\d{0,5}$/.test(name)) return { refuse: Number(name) }
  return undefined
}

/** The fault that a magic code stands for; `undefined` for every other code. */
export function parseMagicCode(code: string): Fault | undefined {
  return code.startsWith(magicPrefix) ? parseFault(code.slice(magicPrefix.length)) : undefined
}

/** The switch: a fault that meets whichever exchanges come next. */
export type FaultSwitch = {
  /** `times`: how many exchanges it is good for; absent: until it is cleared. */
  set(name: string, fault: Fault, times: number | undefined): void
  clear(): void
  /** What is switched on; `null` times: until cleared. */
  status(): { fault: string | null; times: number | null }
  /** The fault for the exchange that comes now, counted as used. */
  take(): Fault | undefined
}

export function createFaultSwitch(): FaultSwitch {
  let current: { name: string; fault: Fault; times: number | undefined } | undefined

  return {
    set(name, fault, times) {
      current = { name, fault, times }
    },
    clear() {
      current = undefined
    },
    status: () => ({ fault: current?.name ?? null, times: current?.times ?? null }),
    take() {
      const fault = current?.fault
      if (current?.times !== undefined) current.times -= 1
      if (current?.times === 0) current = undefined
      return fault
    },
  }
}
