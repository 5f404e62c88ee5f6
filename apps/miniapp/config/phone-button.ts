/** WeChat's two phone buttons, by what goes into `open-type`. */
export type PhoneOpenType = 'getPhoneNumber' | 'getRealtimePhoneNumber'

const openTypes: Record<string, PhoneOpenType> = {
  quick: 'getPhoneNumber',
  realtime: 'getRealtimePhoneNumber',
}

/**
 * Which of them goes into the bundle: `PHONE_BUTTON=quick`, the default, or `realtime`. Throws for anything else.
 */
export function phoneOpenType(phoneButton: string | undefined): PhoneOpenType {
  const openType = openTypes[phoneButton || 'quick']
  if (!openType) throw new Error(`PHONE_BUTTON must be quick or realtime, but is "${phoneButton}"`)
  return openType
}

/**
 * Where the login's phone button is: `PHONE_BUTTON_PLACE=login`, the default, on the login page, or `page`, on a page of its
 * own. Throws for anything else.
 */
export function phoneHasOwnPage(place: string | undefined): boolean {
  if (place && place !== 'login' && place !== 'page') {
    throw new Error(`PHONE_BUTTON_PLACE must be login or page, but is "${place}"`)
  }
  return place === 'page'
}
