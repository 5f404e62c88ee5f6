import { fileURLToPath } from 'node:url'

/** What Taro hands to a plugin, as far as this one needs it. */
type PluginContext = {
  registerMethod(method: { name: string; fn: (platform: { runtimePath: string | string[] }) => void }): void
}

/** Keeps Taro from sending what the user types back to the field. */
export default function textFields(context: PluginContext): void {
  context.registerMethod({
    name: 'onSetupClose',
    fn(platform) {
      const ours = fileURLToPath(new URL('../src/lib/text-fields-runtime.ts', import.meta.url))
      platform.runtimePath = [platform.runtimePath, ours].flat()
    },
  })
}
