import { fileURLToPath } from 'node:url'
import { ariaAttributes } from '../src/lib/aria-attributes.ts'

/** What Taro hands to a plugin, as far as this one needs it. */
type PluginContext = {
  registerMethod(method: { name: string; fn: (platform: Platform) => void }): void
}

type Platform = {
  template: { mergeComponents(context: PluginContext, attributes: typeof ariaAttributes): void }
  runtimePath: string | string[]
}

/** Lets pages set `ariaRole` and its kin: Taro's templates pass on only the attributes that they are told of. */
export default function accessibility(context: PluginContext): void {
  context.registerMethod({
    name: 'onSetupClose',
    fn(platform) {
      platform.template.mergeComponents(context, ariaAttributes)
      // Template and runtime number the attributes in the same order, so both must know them.
      const ours = fileURLToPath(new URL('../src/lib/aria-runtime.ts', import.meta.url))
      platform.runtimePath = [platform.runtimePath, ours].flat()
    },
  })
}
