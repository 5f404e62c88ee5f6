import { browserPrefersChinese } from '../shared/language.ts'
import { startPanel } from './start-panel.ts'

document.documentElement.lang = browserPrefersChinese() ? 'zh-CN' : 'en'
startPanel(document.documentElement.dataset.appId ?? '')
