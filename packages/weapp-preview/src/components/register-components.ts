import type { CodeSpace } from 'glass-easel-miniprogram-adapter'
import { button } from './button.ts'
import { checkbox, checkboxGroup, radio, radioGroup, switchControl } from './choices.ts'
import { type Definition, register, type Surroundings } from './component-base.ts'
import { plainContainer, scrollView, swiper, text, view } from './containers.ts'
import { form, label } from './form.ts'
import { icon, image, navigator, progress } from './media.ts'
import { picker } from './picker.ts'
import { richText } from './rich-text.ts'
import { input, textarea } from './text-fields.ts'

export const imitatedComponents: Readonly<Record<string, Definition>> = {
  view,
  text,
  button,
  image,
  input,
  textarea,
  checkbox,
  'checkbox-group': checkboxGroup,
  radio,
  'radio-group': radioGroup,
  switch: switchControl,
  label,
  form,
  'scroll-view': scrollView,
  swiper,
  'swiper-item': plainContainer,
  picker,
  navigator,
  icon,
  progress,
  'rich-text': richText,
  'cover-view': view,
  'cover-image': image,
  'root-portal': plainContainer,
  'page-container': plainContainer,
  'movable-area': plainContainer,
  'movable-view': plainContainer,
}

/** Strings of the template language; they are no components. */
const syntax = new Set(['import', 'include', 'template', 'wxs', 'block', 'slot'])

/**
 * Makes every tag that the templates name a component. One that is not imitated shows its content and says so in
 * the log; without a component glass-easel would take `bindtap` for a plain attribute.
 */
export function registerComponents(
  codeSpace: CodeSpace,
  tags: readonly string[],
  own: ReadonlySet<string>,
  around: Surroundings,
): void {
  for (const [tag, definition] of Object.entries(imitatedComponents))
    register(codeSpace, tag, definition, around)
  for (const tag of tags) {
    if (!(tag in imitatedComponents) && !syntax.has(tag) && !own.has(tag))
      register(codeSpace, tag, inert(tag), around)
  }
}

const inert = (tag: string): Definition => ({
  attach: ({ surroundings }) => surroundings.log.error(`<${tag}> 未模拟 · is not imitated`),
})
