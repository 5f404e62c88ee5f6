import { createElement, type PropsWithChildren, useEffect, useRef } from 'react'

type Props = PropsWithChildren<{
  className?: string
  onClick?: () => void
  disabled?: boolean
  ariaRole?: string
  ariaLabel?: string
  ariaChecked?: boolean
  src?: string
  catchMove?: boolean
}>

/** Renders a WeChat component as an HTML tag that tests can find and tap. */
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
      'data-catch-move': props.catchMove,
    },
    props.children,
  )

export const View = as('div')
export const Text = as('span')
/** HTML images have no children. */
export const Image = ({ src }: Props) => <img src={src} alt="" />

type Listener = (event: { detail: unknown }) => void
type ButtonProps = Props & {
  id?: string
  openType?: string
  onGetPhoneNumber?: Listener
  onGetRealTimePhoneNumber?: Listener
  onAgreePrivacyAuthorization?: Listener
  onChooseAvatar?: Listener
  formType?: 'submit'
}

/** WeChat's component events as browser events with a `detail`. */
function useEvents<Tag extends HTMLElement>(listeners: Record<string, Listener | undefined>) {
  const element = useRef<Tag>(null)
  const latest = useRef(listeners)
  latest.current = listeners
  useEffect(() => {
    const hear = (event: Event) => latest.current[event.type]?.({ detail: (event as CustomEvent).detail })
    for (const type of Object.keys(latest.current)) element.current?.addEventListener(type, hear)
  }, [])
  return element
}

export function Button({ children, ...props }: ButtonProps) {
  const element = useEvents<HTMLButtonElement>({
    getphonenumber: props.onGetPhoneNumber,
    getrealtimephonenumber: props.onGetRealTimePhoneNumber,
    agreeprivacyauthorization: props.onAgreePrivacyAuthorization,
    chooseavatar: props.onChooseAvatar,
  })
  return (
    <button
      ref={element}
      type={props.formType ?? 'button'}
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

type InputProps = Props & {
  name?: string
  type?: string
  defaultValue?: string
  password?: boolean
  placeholder?: string
  maxlength?: number
  onInput?: Listener
  onBlur?: () => void
  onNickNameReview?: Listener
}

/** `fireEvent.change` types into it. */
export function Input(props: InputProps) {
  const element = useEvents<HTMLInputElement>({ nicknamereview: props.onNickNameReview })
  return (
    <input
      ref={element}
      name={props.name}
      type={props.password ? 'password' : 'text'}
      maxLength={props.maxlength}
      data-type={props.type}
      defaultValue={props.defaultValue}
      placeholder={props.placeholder}
      aria-label={props.ariaLabel}
      onChange={({ target }) => props.onInput?.({ detail: { value: target.value } })}
      onBlur={props.onBlur}
    />
  )
}

/** `fireEvent.change` types into it. */
export const Textarea = (props: InputProps) => (
  <textarea
    maxLength={props.maxlength}
    placeholder={props.placeholder}
    aria-label={props.ariaLabel}
    onChange={({ target }) => props.onInput?.({ detail: { value: target.value } })}
  />
)

/** Submits the visible values of its fields, as WeChat does. */
export const Form = ({ children, onSubmit }: PropsWithChildren<{ onSubmit?: Listener }>) => (
  <form
    onSubmit={(event) => {
      event.preventDefault()
      onSubmit?.({ detail: { value: Object.fromEntries(new FormData(event.currentTarget)) } })
    }}
  >
    {children}
  </form>
)

type PickerProps = PropsWithChildren<{ headerText?: string; value?: unknown; onChange?: Listener }>

/** Its `choose` event takes the confirmed value. */
export function Picker({ headerText, value, onChange, children }: PickerProps) {
  const element = useEvents<HTMLDivElement>({ choose: onChange })
  return (
    <div ref={element} data-testid={headerText} data-value={value}>
      {children}
    </div>
  )
}
