import { browserPrefersChinese } from '../shared/language.ts'
import { reloadOnNewBuild } from './live-reload.ts'

/** The page in place of the mini program while there is none. */
if (!browserPrefersChinese()) {
  for (const node of document.querySelectorAll<HTMLElement>('[data-en]'))
    node.textContent = node.dataset.en ?? ''
}
reloadOnNewBuild(() => location.reload())
