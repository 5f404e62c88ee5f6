import { join } from 'node:path'
import type { IPluginContext } from '@tarojs/service'
import { ariaAttributes } from '../src/platform/aria-attributes.ts'

type Platform = {
  template: { mergeComponents(context: IPluginContext, attributes: typeof ariaAttributes): void }
  runtimePath: string
}

/** Lets pages set `ariaRole` and its kin: Taro's templates pass on only the attributes that they are told of. */
export default function accessibility(context: IPluginContext): void {
  context.registerMethod({
    name: 'onSetupClose',
    fn(platform: Platform) {
      platform.template.mergeComponents(context, ariaAttributes)
      // Template and runtime number the attributes in the same order, so both must know them.
      const runtimePaths = [platform.runtimePath, join(context.paths.sourcePath, 'platform/aria-runtime.ts')]
      Object.assign(platform, { runtimePath: runtimePaths })
    },
  })
}
