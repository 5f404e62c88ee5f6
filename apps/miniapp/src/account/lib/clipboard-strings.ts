export const strings = {
  zh_CN: {
    denied: '你未同意《小程序用户隐私保护指引》，无法复制。再次点击可重新选择。',
    undeclared: '小程序暂不支持复制，请使用其他方式或联系客服',
    failed: '复制失败，请重试',
  },
  en: {
    denied: "Couldn't copy: you did not accept the privacy guidelines. Tap again to choose.",
    undeclared: 'This mini program cannot copy yet. Use another way or contact support.',
    failed: "Couldn't copy. Try again.",
  },
}
