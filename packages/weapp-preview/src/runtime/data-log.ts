import { component } from 'glass-easel-miniprogram-adapter'

/** One `setData` of a mini program's own page or component. */
export type DataEntry = {
  /** The route of the page, or the path of the component. */
  from: string
  /** What was set: `name`, or a path such as `list[0].name`. */
  keys: string[]
  /** The data as JSON in UTF-8, in bytes: what WeChat carries from the logic to the view. */
  bytes: number
}

export type DataLog = {
  entries: readonly DataEntry[]
  clear(): void
}

/** Notes down each `setData` from now on. The built-in components use it, too, but not in WeChat. */
export function createDataLog(): DataLog {
  const entries: DataEntry[] = []
  const caller = component.ComponentCaller.prototype
  const { setData } = caller
  caller.setData = function (data, callback) {
    if (!this.is.startsWith('wx://')) entries.push({ from: this.is, ...sizeOf(data) })
    setData.call(this, data, callback)
  }
  return {
    entries,
    clear: () => {
      entries.length = 0
    },
  }
}

const sizeOf = (data: object | null): Pick<DataEntry, 'keys' | 'bytes'> => ({
  keys: Object.keys(data ?? {}),
  bytes: new TextEncoder().encode(JSON.stringify(data)).length,
})
