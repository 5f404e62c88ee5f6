import { type Build, describe } from './builds.ts'

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => escapes[character] ?? character)

const base = '/__preview'

/** The page with the phone's frame and the panel. */
export function panelHtml(appId: string): string {
  return document({
    title: '小程序预览 · Mini program preview',
    attributes: `data-app-id="${escapeHtml(appId)}"`,
    styles: ['panel-style'],
    body: `<script src="${base}/panel.js"></script>`,
  })
}

/** The phone itself: the mini program, or why there is none yet. */
export function phoneHtml(build: Build): string {
  const version = escapeHtml(build.version)
  const attributes = `data-state="${build.state}" data-version="${version}"`
  if (build.state === 'ready') {
    const scripts = `<script src="${base}/bundle.js?version=${version}"></script><script src="${base}/phone.js"></script>`
    return document({ title: '小程序', attributes, styles: ['phone-style'], body: scripts })
  }
  const notice = build.state === 'building' ? buildingNotice : brokenNotice(build.errors.map(describe))
  return document({
    title: build.state === 'building' ? '构建中…' : '构建出错',
    attributes,
    styles: ['phone-style'],
    body: `${notice}<script src="${base}/waiting.js"></script>`,
  })
}

const buildingNotice = `<main class="phone-notice" role="status">
  <div class="phone-notice-spinner"></div>
  <h1 data-en="Building the mini program…">正在构建小程序…</h1>
  <p data-en="It opens here by itself as soon as the first build is there.">首次构建完成后会自动打开</p>
</main>`

function brokenNotice(errors: readonly string[]): string {
  const items = errors.map((error) => `<li>${escapeHtml(error)}</li>`).join('')
  return `<main class="phone-notice phone-notice-broken" role="alert">
  <h1 data-en="The mini program does not compile">小程序编译出错</h1>
  <p data-en="Save a correction and it reloads by itself.">修改并保存后会自动重新加载</p>
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

/** Deliberately nobody's logo: a speech bubble with a tick. */
export const iconSvg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1f7a5c"/><path d="M8 9.5h16a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8l-5 4v-4H8a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2z" fill="#fff"/><path d="m12 15.5 3 3 5.5-5.5" fill="none" stroke="#1f7a5c" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`
