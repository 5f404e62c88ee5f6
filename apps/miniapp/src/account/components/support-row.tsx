import { Button } from '@tarojs/components'
import '../../components/row.css'
import { useMessages } from '../../i18n/index.ts'
import './support-row.css'

/** A row like the others; WeChat opens customer service only from a button. */
export function SupportRow() {
  const { support } = useMessages()
  return (
    <Button
      className="row row--tappable support-row"
      hoverClass="row--active"
      openType="contact"
      ariaLabel={support}
    >
      {support}
    </Button>
  )
}
