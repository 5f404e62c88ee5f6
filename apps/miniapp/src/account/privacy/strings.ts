import { enPolicy } from './en.ts'
import { zhCnPolicy } from './zh-cn.ts'

export const strings = { zh_CN: zhCnPolicy, en: enPolicy }
