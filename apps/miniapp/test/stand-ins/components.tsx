import { createElement, type PropsWithChildren } from 'react'

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
export const Button = as('button')
type InputProps = Props & {
  value?: string
  password?: boolean
  placeholder?: string
  maxlength?: number
  onInput?: (event: { detail: { value: string } }) => void
}

/** Says what was typed in the way of WeChat: `detail.value`. */
export const Input = ({
  className,
  value,
  password,
  placeholder,
  maxlength,
  ariaLabel,
  onInput,
}: InputProps) => (
  <input
    className={className}
    value={value ?? ''}
    type={password ? 'password' : 'text'}
    placeholder={placeholder}
    maxLength={maxlength}
    aria-label={ariaLabel}
    onChange={({ target }) => onInput?.({ detail: { value: target.value } })}
  />
)
/** Without children, as HTML demands of a picture. */
export const Image = ({ src }: Props) => <img src={src} alt="" />
