/** What screen readers are told, by component; Taro passes on only the attributes that are listed. */
export const ariaAttributes = {
  Input: { 'aria-label': '' },
  View: { 'aria-role': '', 'aria-label': '', 'aria-checked': '' },
  Button: { 'aria-label': '' },
}
