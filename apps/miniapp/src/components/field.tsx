import { Input, type InputProps, View } from '@tarojs/components'
import './field.css'

type Props = {
  label: string
  value: string
  onChange: (value: string) => void
  /** Hides what is typed. */
  isPassword?: boolean
  placeholder?: string
  maxLength?: number
  /** What is wrong with it, below. */
  problem?: string | null
  /** For what this component does not know by name, such as `type="nickname"`. */
  input?: Partial<InputProps>
}

/** One line to type in, with its name above it and what is wrong below it. */
export function Field({
  label,
  value,
  onChange,
  isPassword = false,
  placeholder = '',
  maxLength = 128,
  problem,
  input,
}: Props) {
  return (
    <View className="field">
      <View className="field__label">{label}</View>
      <Input
        className={`field__input${problem ? ' field__input--wrong' : ''}`}
        value={value}
        password={isPassword}
        placeholder={placeholder}
        placeholderClass="field__placeholder"
        maxlength={maxLength}
        ariaLabel={label}
        onInput={({ detail }) => onChange(detail.value)}
        {...input}
      />
      {problem && (
        <View className="field__problem" ariaRole="alert">
          {problem}
        </View>
      )}
    </View>
  )
}
