/** ARIA attributes by component. Taro passes on only the listed ones. */
export const ariaAttributes = {
  Input: { 'aria-label': '' },
  Textarea: { 'aria-label': '' },
  View: { 'aria-role': '', 'aria-label': '', 'aria-checked': '' },
  Button: { 'aria-label': '' },
}
