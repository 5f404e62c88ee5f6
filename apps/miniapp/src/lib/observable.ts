import { useSyncExternalStore } from 'react'

/** A value that changes, and tells who listens. */
export type Observable<Value> = {
  get(): Value
  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void
}

/** An observable with the right to change it. */
export type Variable<Value> = Observable<Value> & { set(value: Value): void }

export function createVariable<Value>(initial: Value): Variable<Value> {
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

/** The value, and a new rendering whenever it changes. */
export const useObservable = <Value>({ subscribe, get }: Observable<Value>): Value =>
  useSyncExternalStore(subscribe, get)
