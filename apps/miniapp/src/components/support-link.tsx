import { Button } from '@tarojs/components'
import { useMessages } from '../i18n/index.ts'
import type { Messages } from '../i18n/messages.ts'
import './support-link.css'

/** WeChat opens the chat with customer service itself. */
export function SupportLink() {
  const { support } = useMessages()
  return (
    <Button className="support-link" hoverClass="support-link--active" openType="contact" ariaLabel={support}>
      {support}
    </Button>
  )
}

/** Whether a text sends the user to support, and so needs a way there. */
export const mentionsSupport = (text: string, { support }: Messages): boolean =>
  text.toLowerCase().includes(support.toLowerCase())
