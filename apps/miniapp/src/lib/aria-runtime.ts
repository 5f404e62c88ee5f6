import { mergeInternalComponents } from '@tarojs/shared'
import { ariaAttributes } from './aria-attributes.ts'

// Runs before the first page; `config/accessibility.ts` adds it to the bundle.
mergeInternalComponents(ariaAttributes)
