import { imitatedOpenTypes } from '../components/open-types.ts'
import { imitatedComponents } from '../components/register-components.ts'

/** Truthful: only what the preview imitates. `request`, `showModal.object.editable`, `button.open-type.share`. */
export function createCanIUse(imitated: Readonly<Record<string, unknown>>) {
  return (schema: string): boolean => {
    const [name = '', attribute, option] = schema.split('.')
    if (typeof imitated[name] === 'function') return true
    const component = imitatedComponents[name]
    if (!component) return false
    if (attribute === undefined) return true
    const property = attribute.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
    if (!(property in (component.properties ?? {}))) return false
    return (
      !(name === 'button' && property === 'openType') ||
      option === undefined ||
      imitatedOpenTypes.includes(option)
    )
  }
}
