import { useSyncExternalStore } from 'react'

/** A value with listeners. */
export type Observable<Value> = {
  get(): Value
  /** Calls `listener` after every change. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void
}

export type WritableObservable<Value> = Observable<Value> & { set(value: Value): void }

export function createObservable<Value>(initial: Value): WritableObservable<Value> {
  const listeners = new Set<() => void>()
  let current = initial
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return
      current = value
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The value; the component renders again when it changes. */
export const useObservable = <Value>({ subscribe, get }: Observable<Value>): Value =>
  useSyncExternalStore(subscribe, get)
