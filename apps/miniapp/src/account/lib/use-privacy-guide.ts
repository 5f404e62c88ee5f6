import { useMessages, useStrings } from '../../i18n/index.ts'
import { confirm } from '../../lib/dialogs.ts'
import { openPage } from '../../lib/navigation.ts'
import { openPrivacyGuide } from './privacy-guide.ts'

export const strings = {
  zh_CN: {
    title: '暂时无法打开',
    body: '无法打开《小程序用户隐私保护指引》，你可以查看《隐私政策》，了解我们如何处理你的个人信息。',
    confirm: '去查看',
  },
  en: {
    title: 'Not available',
    body: 'WeChat cannot open the privacy guidelines. Our Privacy Policy says how we handle your personal information.',
    confirm: 'Read',
  },
}

/** Opens the mini program's privacy guidelines, or offers our privacy policy if WeChat cannot show it. */
export function usePrivacyGuide(): () => void {
  const { common } = useMessages()
  const t = useStrings(strings)

  async function offerPolicy(): Promise<void> {
    if (await confirm({ ...t, cancel: common.cancel })) await openPage('privacy')
  }
  return () => openPrivacyGuide(() => void offerPolicy())
}
