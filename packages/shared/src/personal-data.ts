/**
 * What the product stores about a user, as the deletion page and the privacy policy list it. The API names the category of
 * every column and table in its registry; the mini program has words for every category.
 */
export const personalDataCategories = [
  'nickname',
  'avatar',
  'gender',
  'birthday',
  'phone',
  'password',
  'wechat_identity',
  'inviter',
  'sessions',
  'login_history',
  'consents',
  'appeals',
  'content_reviews',
] as const

export type PersonalDataCategory = (typeof personalDataCategories)[number]
