import { createElement, type PropsWithChildren, useEffect, useRef } from 'react'

type Props = PropsWithChildren<{
  className?: string
  onClick?: () => void
  disabled?: boolean
  ariaRole?: string
  ariaLabel?: string
  ariaChecked?: boolean
  src?: string
}>

/** Draws a mini-program component as a tag of HTML, so that tests can find and press it. */
const as = (tag: string) => (props: Props) =>
  createElement(
    tag,
    {
      className: props.className,
      onClick: props.onClick,
      disabled: props.disabled,
      role: props.ariaRole,
      'aria-label': props.ariaLabel,
      'aria-checked': props.ariaChecked,
      src: props.src,
    },
    props.children,
  )

export const View = as('div')
export const Text = as('span')
/** Without children, as HTML demands of a picture. */
export const Image = ({ src }: Props) => <img src={src} alt="" />

type Listener = (event: { detail: unknown }) => void
type ButtonProps = Props & {
  id?: string
  openType?: string
  onGetPhoneNumber?: Listener
  onGetRealTimePhoneNumber?: Listener
  onAgreePrivacyAuthorization?: Listener
}

/** What WeChat tells of a press on it: an event of the browser's with that name, and its `detail`. */
export function Button({ children, ...props }: ButtonProps) {
  const element = useRef<HTMLButtonElement>(null)
  const listeners: Record<string, Listener | undefined> = {
    getphonenumber: props.onGetPhoneNumber,
    getrealtimephonenumber: props.onGetRealTimePhoneNumber,
    agreeprivacyauthorization: props.onAgreePrivacyAuthorization,
  }
  const latest = useRef(listeners)
  latest.current = listeners
  useEffect(() => {
    const hear = (event: Event) => latest.current[event.type]?.({ detail: (event as CustomEvent).detail })
    for (const type of Object.keys(latest.current)) element.current?.addEventListener(type, hear)
  }, [])
  return (
    <button
      ref={element}
      type="button"
      id={props.id}
      data-open-type={props.openType}
      className={props.className}
      disabled={props.disabled}
      aria-label={props.ariaLabel}
      onClick={props.onClick}
    >
      {children}
    </button>
  )
}
