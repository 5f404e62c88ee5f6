import type { CodeSpace, glassEasel } from 'glass-easel-miniprogram-adapter'
import type { CallLog } from '../runtime/call-log.ts'
import type { Router } from '../runtime/router.ts'
import type { TemporaryFiles } from '../runtime/temporary-files.ts'
import type { Privacy } from '../sheets/privacy.ts'

/** What components need from the phone around them. */
export type Surroundings = {
  router: Router
  log: CallLog
  /** The URL at which the browser loads an image of a page. */
  imageUrl: (source: string) => string
  files: TemporaryFiles
  /** The layer of WeChat's own sheets, above everything. */
  overlay: HTMLElement
  privacy: Privacy
  appId: string
  /** As WeChat's sheets call the mini program. */
  appName: string
}

/** One built-in component on a page. */
export type Part = {
  host: HTMLElement
  surroundings: Surroundings
  /** The values of the properties, by their names in camel case. */
  read<Value>(name: string): Value
  write(values: Readonly<Record<string, unknown>>): void
  /** Sends an event to the page: `bindinput`, `bindchange` … */
  emit(event: string, detail?: unknown): void
  component: glassEasel.GeneralComponent
}

type Property = StringConstructor | NumberConstructor | BooleanConstructor | ArrayConstructor | null

export type Definition = {
  /** Types, or default values; `null` takes anything. */
  properties?: Readonly<Record<string, Property | string | number | boolean>>
  /** Properties that the style sheet needs as attributes of the element. */
  reflect?: readonly string[]
  /** Runs once, before the properties are set. */
  create?: (part: Part) => void
  /** Runs after any of the named properties (`'value'`, `'checked,disabled'`) was set. */
  observe?: Readonly<Record<string, (part: Part) => void>>
  /** Runs when the element is on the page. */
  attach?: (part: Part) => void
}

type Instance = {
  data: Record<string, unknown>
  setData(values: object): void
  _$: glassEasel.GeneralComponent
}

const parts = new WeakMap<object, Part>()

/** What every component has: visibility and accessibility. */
const commonProperties = [
  'hidden',
  'ariaRole',
  'ariaLabel',
  'ariaChecked',
  'ariaSelected',
  'ariaDisabled',
  'ariaHidden',
]

/** Makes a tag a component of every page. */
export function register(
  codeSpace: CodeSpace,
  tag: string,
  definition: Definition,
  around: Surroundings,
): void {
  const { properties = {}, reflect = [], observe = {}, create, attach } = definition
  const observers: Record<string, (this: Instance) => void> = {}
  const reflected = [...reflect, ...commonProperties].map((name) => reflection(name))
  for (const [names, run] of [...Object.entries(observe), ...reflected]) {
    const earlier = observers[names]
    observers[names] = function () {
      earlier?.call(this)
      run(partOf(this))
    }
  }
  const component = codeSpace.component(`wx://${tag}`).definition({
    properties: {
      ...Object.fromEntries(commonProperties.map((name) => [name, { type: null, value: null }])),
      ...Object.fromEntries(Object.entries(properties).map(([name, type]) => [name, propertyOf(type)])),
    },
    observers,
    lifetimes: {
      created(this: Instance) {
        const part = createPart(this, around)
        parts.set(this._$, part)
        create?.(part)
      },
      attached(this: Instance) {
        attach?.(partOf(this))
      },
    },
  } as unknown as Parameters<ReturnType<CodeSpace['component']>['definition']>[0])
  const { _$ } = component.register() as unknown as { _$: glassEasel.GeneralComponentDefinition }
  codeSpace.getComponentSpace().setGlobalUsingComponent(tag, _$)
}

function propertyOf(type: Property | string | number | boolean): object {
  if (type === null || typeof type === 'function') return { type }
  return { type: { string: String, number: Number, boolean: Boolean }[typeof type as 'string'], value: type }
}

const reflection = (name: string): [string, (part: Part) => void] => [
  name,
  (part) => writeAttribute(part.host, name, part.read(name)),
]

function writeAttribute(host: HTMLElement, name: string, value: unknown): void {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const attribute = dashed === 'aria-role' ? 'role' : dashed
  const isAbsent = value === false && !attribute.startsWith('aria-')
  if (isAbsent || value === '' || value === null || value === undefined) host.removeAttribute(attribute)
  else host.setAttribute(attribute, value === true ? '' : String(value))
}

function partOf(instance: Instance): Part {
  const part = parts.get(instance._$)
  if (!part) throw new Error('a component was used before it was created')
  return part
}

function createPart(instance: Instance, surroundings: Surroundings): Part {
  const component = instance._$
  return {
    host: component.getBackendElement() as unknown as HTMLElement,
    surroundings,
    component,
    read: <Value>(name: string) => instance.data[name] as Value,
    write: (values) => instance.setData(values),
    emit: (event, detail = {}) => component.triggerEvent(event, detail),
  }
}
