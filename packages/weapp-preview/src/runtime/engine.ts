import {
  type AssociatedBackend,
  type CodeSpace,
  glassEasel,
  MiniProgramEnv,
} from 'glass-easel-miniprogram-adapter'
import { pagesOfApp } from '../common/app-pages.ts'
import type { Bundle } from '../common/bundle.ts'
import { convertUnits } from '../common/units.ts'

export type Engine = { codeSpace: CodeSpace; backend: AssociatedBackend }

/** Sets glass-easel up with the templates, configurations and styles of a bundle. */
export function createEngine(bundle: Bundle, pageWindow: () => DOMRect): Engine {
  glassEasel.globalOptions.writeExtraInfoToAttr = true
  const environment = new MiniProgramEnv()
  const codeSpace = environment.createCodeSpace('', true)
  const backend = environment.associateBackend(createBackend(pageWindow))

  for (const [path, css] of Object.entries(bundle.styles)) {
    codeSpace.addStyleSheet(path, path, bundle.styleScopes[path])
    backend.registerStyleSheetContent(path, css)
  }
  // A page works without a JSON file of its own.
  for (const path of new Set([...Object.keys(bundle.configs), ...pagesOfApp(bundle.configs.app)])) {
    const content = bundle.templates[path]
    if (content === undefined) continue
    const config = bundle.configs[path] ?? {}
    codeSpace.addComponentStaticConfig(path, config as Parameters<CodeSpace['addComponentStaticConfig']>[1])
    codeSpace.addCompiledTemplate(path, { groupList: bundle.templates, content } as unknown as Template)
  }
  return { codeSpace, backend }
}

type Template = Parameters<CodeSpace['addCompiledTemplate']>[1]

/** The browser's own document, in which a mini program's page is only a part of the window. */
function createBackend(pageWindow: () => DOMRect): glassEasel.CurrentWindowBackendContext {
  const backend = new glassEasel.CurrentWindowBackendContext()
  backend.onEvent(glassEasel.Event.triggerEvent)
  backend.getWindowWidth = () => pageWindow().width
  backend.getWindowHeight = () => pageWindow().height
  backend.document = {
    createElement: (tag: string) => createNode(tag, pageWindow),
    createTextNode: (text: string) => document.createTextNode(text),
    createDocumentFragment: () => document.createDocumentFragment(),
  } as unknown as typeof backend.document
  return backend
}

function createNode(tag: string, pageWindow: () => DOMRect): HTMLElement {
  const node = document.createElement(tag.startsWith('wx-') ? tag : `wx-${tag}`)
  const setAttribute = node.setAttribute.bind(node)
  node.setAttribute = (name, value) => {
    if (name === 'style') setAttribute('style', convertUnits(value))
    else if (name === 'exparser:info-attr-id') setAttribute('id', value)
    else if (!name.startsWith('exparser:')) setAttribute(name, value)
  }
  // What a page measures begins below the navigation bar.
  const measure = node.getBoundingClientRect.bind(node)
  node.getBoundingClientRect = () => {
    const { x, y, width, height } = measure()
    const { x: left, y: top } = pageWindow()
    return new DOMRect(x - left, y - top, width, height)
  }
  return node
}
