/** What WeChat calls a person: the AppID of the mini program, and the openid there. */
export type WechatIdentity = { appId: string; openid: string }

/**
 * The advisory locks of a person. Two first logins of one person must not both find nobody: they queue here, on the
 * openid and on the unionid, since either may lead to an existing user.
 */
export const lockNamesOf = ({
  appId,
  openid,
  unionid,
}: WechatIdentity & { unionid: string | null }): string[] => [
  `openid ${appId} ${openid}`,
  ...(unionid === null ? [] : [`unionid ${unionid}`]),
]
