import type { Definition } from './component-base.ts'

type RichNode = {
  type?: string
  name?: string
  text?: string
  attrs?: Record<string, string>
  children?: RichNode[]
}

/** The tags of WeChat's list that a text needs. Others vanish with what is in them, as on a phone. */
const allowedTags = new Set(
  'a abbr b big blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins label li ol p pre q s small span strong sub sup table tbody td tfoot th thead tr u ul'.split(
    ' ',
  ),
)
const allowedAttributes = ['class', 'style', 'src', 'alt', 'width', 'height', 'colspan', 'rowspan', 'start']

export const richText: Definition = {
  properties: { nodes: null },
  observe: {
    nodes: ({ host, read, surroundings }) => {
      const nodes = read<string | RichNode[] | null>('nodes') ?? ''
      const built = typeof nodes === 'string' ? fromHtml(nodes) : nodes.flatMap(fromNode)
      for (const content of built)
        if (content instanceof Element) resolveImages(content, surroundings.imageUrl)
      host.replaceChildren(...built)
    },
  },
}

function fromHtml(html: string): Node[] {
  return [...new DOMParser().parseFromString(html, 'text/html').body.childNodes].flatMap(copy)
}

function copy(node: Node): Node[] {
  if (node instanceof Text) return [document.createTextNode(node.data)]
  if (!(node instanceof Element)) return []
  const attributes = Object.fromEntries([...node.attributes].map(({ name, value }) => [name, value]))
  return build(node.localName, attributes, [...node.childNodes].flatMap(copy))
}

function fromNode(node: RichNode): Node[] {
  if (node.type === 'text') return [document.createTextNode(node.text ?? '')]
  return build(node.name ?? '', node.attrs ?? {}, (node.children ?? []).flatMap(fromNode))
}

function build(tag: string, attributes: Readonly<Record<string, string>>, children: Node[]): Node[] {
  if (!allowedTags.has(tag.toLowerCase())) return []
  const node = document.createElement(tag)
  for (const name of allowedAttributes) {
    if (attributes[name] !== undefined) node.setAttribute(name, attributes[name])
  }
  node.append(...children)
  return [node]
}

function resolveImages(root: Element, imageUrl: (source: string) => string): void {
  const pictures = [...root.querySelectorAll('img'), ...(root instanceof HTMLImageElement ? [root] : [])]
  for (const picture of pictures) picture.src = imageUrl(picture.getAttribute('src') ?? '')
}
