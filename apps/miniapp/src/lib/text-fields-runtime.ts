import { FormElement, TaroElement, type TaroEvent } from '@tarojs/runtime'

// Taro sends every typed character back to its field, which makes the cursor jump. This stores the value only.
// Runs before the first page; `config/text-fields.ts` adds it to the bundle.
FormElement.prototype.dispatchEvent = function (this: FormElement, event: TaroEvent) {
  const isTyped = event.type === 'input' || event.type === 'change'
  if (isTyped && event.mpEvent) this.props.value = event.mpEvent.detail.value
  return TaroElement.prototype.dispatchEvent.call(this, event)
}
