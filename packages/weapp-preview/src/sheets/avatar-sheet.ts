import { paintAvatar, paintScene, sceneCount } from '../runtime/images.ts'
import { element } from '../shared/element.ts'
import { currentLanguage } from '../shared/settings.ts'
import { openSheet, type Sheet, sheetButton } from './sheet.ts'

const strings = {
  zh_CN: {
    title: '选择头像',
    wechat: '用微信头像',
    album: '从相册选择',
    camera: '拍照',
    cancel: '取消',
    recent: '最近项目',
    file: '从电脑选择…',
    shutter: '拍摄',
    picture: '照片',
  },
  en: {
    title: 'Choose an avatar',
    wechat: 'Use WeChat Avatar',
    album: 'Choose from Album',
    camera: 'Take Photo',
    cancel: 'Cancel',
    recent: 'Recents',
    file: 'From this computer…',
    shutter: 'Shoot',
    picture: 'Picture',
  },
} as const

/** WeChat's choice of an avatar. Resolves to the picture, or to `undefined` when there shall be none. */
export async function askForAvatar(overlay: HTMLElement, name: string): Promise<Blob | undefined> {
  const text = strings[currentLanguage()]
  const portrait = await paintAvatar(name)
  return new Promise((resolve) => {
    const finish = (picture: Blob | undefined) => {
      sheet.close()
      resolve(picture)
    }
    const cancel = () => finish(undefined)
    const sheet: Sheet = openSheet(overlay, { part: 'avatar-sheet', label: text.title, onDismiss: cancel })
    const wechat = sheetButton(text.wechat, 'row', () => finish(portrait))
    wechat.prepend(pictureOf(portrait, 'phone-avatar'))
    sheet.show(
      wechat,
      sheetButton(text.album, 'row', () => void showAlbum(sheet, finish)),
      sheetButton(text.camera, 'row', () => void showCamera(sheet, finish)),
      element('div', { class: 'phone-sheet-cancel' }, sheetButton(text.cancel, 'row', cancel)),
    )
  })
}

type Finish = (picture: Blob | undefined) => void

/** Bundled sample images, and files of the computer. */
async function showAlbum(sheet: Sheet, finish: Finish): Promise<void> {
  const text = strings[currentLanguage()]
  const scenes = await Promise.all(Array.from({ length: sceneCount }, (_, index) => paintScene(index)))
  const tiles = scenes.map((scene, index) => {
    const tile = sheetButton('', 'link', () => finish(scene))
    tile.className = 'phone-album-tile'
    tile.setAttribute('aria-label', `${text.picture} ${index + 1}`)
    tile.append(pictureOf(scene, ''))
    return tile
  })
  const input = element('input', { attributes: { type: 'file', accept: 'image/*', 'aria-label': text.file } })
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file) finish(file)
  })
  const own = element(
    'label',
    { class: 'phone-album-tile phone-album-file' },
    input,
    element('span', { text: text.file }),
  )
  sheet.show(
    head(text.recent, () => finish(undefined)),
    element('div', { class: 'phone-album' }, ...tiles, own),
  )
}

/** There is no camera: it looks at the hills, too. */
async function showCamera(sheet: Sheet, finish: Finish): Promise<void> {
  const text = strings[currentLanguage()]
  const scene = await paintScene(Math.floor(Math.random() * sceneCount))
  const shutter = element('button', {
    class: 'phone-camera-shutter',
    attributes: { type: 'button', 'aria-label': text.shutter },
  })
  shutter.addEventListener('click', () => finish(scene))
  sheet.show(
    element(
      'div',
      { class: 'phone-camera' },
      head(text.camera, () => finish(undefined)),
      pictureOf(scene, 'phone-camera-view'),
      shutter,
    ),
  )
}

function head(title: string, cancel: () => void): HTMLElement {
  return element(
    'header',
    { class: 'phone-sheet-bar' },
    sheetButton(strings[currentLanguage()].cancel, 'link', cancel),
    element('h2', { text: title }),
  )
}

function pictureOf(content: Blob, className: string): HTMLImageElement {
  const picture = element('img', { class: className, attributes: { alt: '' } })
  picture.src = URL.createObjectURL(content)
  picture.addEventListener('load', () => URL.revokeObjectURL(picture.src), { once: true })
  return picture
}
