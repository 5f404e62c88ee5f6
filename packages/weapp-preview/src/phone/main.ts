import type { Bundle } from '../common/bundle.ts'
import { startPhone } from './start-phone.ts'

declare global {
  interface Window {
    weappBundle: Bundle
  }
}

startPhone(window.weappBundle)
