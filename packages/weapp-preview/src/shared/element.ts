type Properties = { class?: string; text?: string; attributes?: Readonly<Record<string, string>> }

/** Creates an HTML element with its children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: className, text, attributes = {} }: Properties = {},
  ...children: (Node | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const node = document.createElement(tag)
  if (className !== undefined) node.className = className
  if (text !== undefined) node.textContent = text
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children.filter((child) => child !== undefined))
  return node
}
