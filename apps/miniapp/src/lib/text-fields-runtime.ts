import { FormElement, TaroElement, type TaroEvent } from '@tarojs/runtime'

// Taro sends every key back to the field that it came from. What is typed is noted for React alone.
// Runs before the first page; `config/text-fields.ts` puts it into the bundle.
FormElement.prototype.dispatchEvent = function (this: FormElement, event: TaroEvent) {
  const isTyped = event.type === 'input' || event.type === 'change'
  if (isTyped && event.mpEvent) this.props.value = event.mpEvent.detail.value
  return TaroElement.prototype.dispatchEvent.call(this, event)
}
