/** A user at WeChat: the AppID of the mini program, and the openid there. */
export type WechatIdentity = { appId: string; openid: string }
