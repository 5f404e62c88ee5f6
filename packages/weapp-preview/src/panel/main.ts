import { browserPrefersChinese } from '../shared/language.ts'
import { startPanel } from './start-panel.ts'

document.documentElement.lang = browserPrefersChinese() ? 'zh-CN' : 'en'
const { appId = '', hasSimulator } = document.documentElement.dataset
startPanel({ appId, hasSimulator: hasSimulator === 'true' })
