import { Input, type InputProps, View } from '@tarojs/components'
import './field.css'

type Props = {
  label: string
  /** The field keeps its own value after that. */
  initialValue?: string
  onChange: (value: string) => void
  isPassword?: boolean
  placeholder?: string
  maxLength?: number
  hint?: string
  /** A link beside the label. */
  action?: { label: string; onTap: () => void }
  /** Replaces the hint. */
  error?: string | null
  /** Further attributes, such as `type="nickname"`. */
  input?: Partial<InputProps>
}

/** A text field with a label, and a hint or an error below. */
export function Field({
  label,
  initialValue = '',
  onChange,
  isPassword = false,
  placeholder = '',
  maxLength = 128,
  hint,
  action,
  error,
  input,
}: Props) {
  return (
    <View className="field">
      <View className="field__head">
        <View className="field__label">{label}</View>
        {action && (
          <View
            className="field__action"
            hoverClass="field__action--active"
            ariaRole="button"
            ariaLabel={action.label}
            onClick={() => action.onTap()}
          >
            {action.label}
          </View>
        )}
      </View>
      <Input
        className={`field__input${error ? ' field__input--invalid' : ''}`}
        // Not `value`: Taro would send every typed character back to the field.
        defaultValue={initialValue}
        password={isPassword}
        placeholder={placeholder}
        placeholderClass="field__placeholder"
        maxlength={maxLength}
        ariaLabel={label}
        onInput={({ detail }) => onChange(detail.value)}
        {...input}
      />
      {error ? (
        <View className="field__error" ariaRole="alert">
          {error}
        </View>
      ) : (
        hint && <View className="field__hint">{hint}</View>
      )}
    </View>
  )
}
