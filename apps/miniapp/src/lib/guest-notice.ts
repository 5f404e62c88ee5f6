import Taro from '@tarojs/taro'

/**
 * Whether a guest is told about the user agreement and the privacy policy at the first visit. Off: the login asks for the
 * consent, and a guest sends no personal data. It only informs; show it once your lawyers want it.
 */
export const guestNotice = { isOn: false }

const key = 'guest-notice'

/** Whether this phone has to show the notice. */
export function isGuestNoticeDue(): boolean {
  if (!guestNotice.isOn) return false
  try {
    return Taro.getStorageSync(key) !== true
  } catch {
    return false
  }
}

/** Shows the notice no more on this phone. */
export function rememberGuestNotice(): void {
  try {
    Taro.setStorageSync(key, true)
  } catch {
    // The storage is full or broken: the notice is shown again at the next start.
  }
}
