import { Input, type InputProps, View } from '@tarojs/components'
import './field.css'

type Props = {
  label: string
  /** What is in it at first; after that, the field itself holds what the user types. */
  initialValue?: string
  onChange: (value: string) => void
  /** Hides what is typed. */
  isPassword?: boolean
  placeholder?: string
  maxLength?: number
  /** What may be typed, below. */
  hint?: string
  /** Something to press beside the name. */
  action?: { label: string; onPress: () => void }
  /** What is wrong with it, in place of the hint. */
  problem?: string | null
  /** For what this component does not know by name, such as `type="nickname"`. */
  input?: Partial<InputProps>
}

/** One line to type in, with its name above it and what is wrong below it. */
export function Field({
  label,
  initialValue = '',
  onChange,
  isPassword = false,
  placeholder = '',
  maxLength = 128,
  hint,
  action,
  problem,
  input,
}: Props) {
  return (
    <View className="field">
      <View className="field__head">
        <View className="field__label">{label}</View>
        {action && (
          <View
            className="field__action"
            hoverClass="field__action--pressed"
            ariaRole="button"
            ariaLabel={action.label}
            onClick={() => action.onPress()}
          >
            {action.label}
          </View>
        )}
      </View>
      <Input
        className={`field__input${problem ? ' field__input--wrong' : ''}`}
        // Not `value`: every key would be sent back to the field that it comes from.
        defaultValue={initialValue}
        password={isPassword}
        placeholder={placeholder}
        placeholderClass="field__placeholder"
        maxlength={maxLength}
        ariaLabel={label}
        onInput={({ detail }) => onChange(detail.value)}
        {...input}
      />
      {problem ? (
        <View className="field__problem" ariaRole="alert">
          {problem}
        </View>
      ) : (
        hint && <View className="field__hint">{hint}</View>
      )}
    </View>
  )
}
