import { type Build, describe } from './builds.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => escapes[character] ?? character)

const base = '/__preview'

/** The page with the phone's frame and the panel. */
export function panelHtml({ appId, hasSimulator }: { appId: string; hasSimulator: boolean }): string {
  return document({
    title: '小程序预览 · Mini program preview',
    attributes: `data-app-id="${escapeHtml(appId)}" data-has-simulator="${hasSimulator}"`,
    styles: ['panel-style'],
    body: `<script src="${base}/panel.js"></script>`,
  })
}

/** The phone: the mini program, or the notice in its place. */
export function phoneHtml(build: Build): string {
  const version = escapeHtml(build.version)
  const attributes = `data-state="${build.state}" data-version="${version}"`
  if (build.state === 'ready') {
    const scripts = `<script src="${base}/bundle.js?version=${version}"></script><script src="${base}/phone.js"></script>`
    return document({ title: '小程序', attributes, styles: ['phone-style'], body: scripts })
  }
  const notice = build.state === 'building' ? buildingNotice : brokenNotice(build.errors.map(describe))
  return document({
    title: build.state === 'building' ? '构建中…' : '编译失败',
    attributes,
    styles: ['phone-style'],
    body: `${notice}<script src="${base}/pending.js"></script>`,
  })
}

const buildingNotice = `<main class="phone-notice" role="status">
  <div class="phone-notice-spinner"></div>
  <h1 data-en="Building the mini program…">正在构建小程序…</h1>
  <p data-en="It opens automatically after the first build.">首次构建完成后自动打开</p>
</main>`

function brokenNotice(errors: readonly string[]): string {
  const items = errors.map((error) => `<li>${escapeHtml(error)}</li>`).join('')
  return `<main class="phone-notice phone-notice-broken" role="alert">
  <h1 data-en="Compilation failed">小程序编译失败</h1>
  <p data-en="Fix and save to reload automatically.">修改保存后自动刷新</p>
  <ol>${items}</ol>
</main>`
}

type Document = { title: string; attributes?: string; styles: readonly string[]; body: string }

function document({ title, attributes = '', styles, body }: Document): string {
  const links = styles.map((name) => `<link rel="stylesheet" href="${base}/${name}.css">`).join('')
  return `<!doctype html>
<html lang="zh-CN" ${attributes}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${base}/icon.svg">
${links}
</head>
<body>${body}</body>
</html>
`
}

/** A speech bubble with a check mark: deliberately no existing logo. */
export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1f7a5c"/><path d="M8 9.5h16a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8l-5 4v-4H8a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2z" fill="#fff"/><path d="m12 15.5 3 3 5.5-5.5" fill="none" stroke="#1f7a5c" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`
