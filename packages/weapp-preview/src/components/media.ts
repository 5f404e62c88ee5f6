import type { Definition, Part } from './component-base.ts'

const pictures = new WeakMap<Element, HTMLImageElement>()

export const image: Definition = {
  properties: { src: '', mode: 'scaleToFill', lazyLoad: false },
  create(part) {
    const picture = document.createElement('img')
    picture.alt = ''
    picture.draggable = false
    pictures.set(part.host, picture)
    part.host.setAttribute('mode', 'scaleToFill')
    part.host.append(picture)
    picture.addEventListener('load', (event) => {
      event.stopPropagation()
      part.emit('load', { width: picture.naturalWidth, height: picture.naturalHeight })
    })
    picture.addEventListener('error', (event) => {
      event.stopPropagation()
      part.emit('error', { errMsg: `GET ${part.read<string>('src')} failed` })
    })
  },
  reflect: ['mode'],
  observe: {
    src: (part) => {
      const source = part.read<string>('src')
      const picture = pictures.get(part.host)
      if (source) picture?.setAttribute('src', part.surroundings.imageUrl(source))
      else picture?.removeAttribute('src')
    },
    lazyLoad: (part) => {
      pictures.get(part.host)?.setAttribute('loading', part.read<boolean>('lazyLoad') ? 'lazy' : 'eager')
    },
  },
}

export const icon: Definition = {
  properties: { type: '', size: null, color: '' },
  reflect: ['type'],
  observe: {
    'size,color': ({ host, read }) => {
      const size = read<number | string | null>('size')
      host.style.setProperty('--icon-size', size ? `${Number.parseFloat(String(size))}px` : null)
      host.style.setProperty('--icon-color', read<string>('color') || null)
    },
  },
}

export const progress: Definition = {
  properties: {
    percent: 0,
    showInfo: false,
    strokeWidth: null,
    activeColor: '',
    color: '',
    backgroundColor: '',
  },
  reflect: ['showInfo'],
  create: ({ host }) => host.setAttribute('role', 'progressbar'),
  observe: {
    percent: ({ host, read }) => {
      const percent = Math.min(Math.max(read<number>('percent'), 0), 100)
      host.style.setProperty('--progress', `${percent}%`)
      host.setAttribute('aria-valuenow', String(percent))
    },
    'strokeWidth,activeColor,color,backgroundColor': ({ host, read }) => {
      const width = read<number | string | null>('strokeWidth')
      host.style.setProperty('--progress-width', width ? `${Number.parseFloat(String(width))}px` : null)
      host.style.setProperty('--progress-color', read<string>('activeColor') || read<string>('color') || null)
      host.style.setProperty('--progress-track', read<string>('backgroundColor') || null)
    },
  },
}

export const navigator: Definition = {
  properties: { url: '', openType: 'navigate', delta: 1, hoverClass: 'navigator-hover' },
  create(part) {
    part.host.setAttribute('role', 'link')
    part.host.addEventListener('click', () => {
      follow(part).catch((error: unknown) => part.emit('fail', { errMsg: String(error) }))
    })
  },
}

async function follow(part: Part): Promise<void> {
  const { router } = part.surroundings
  const url = part.read<string>('url')
  const actions: Record<string, () => Promise<void>> = {
    navigate: () => router.navigateTo(url),
    redirect: () => router.redirectTo(url),
    switchTab: () => router.switchTab(url),
    reLaunch: () => router.reLaunch(url),
    navigateBack: () => router.navigateBack(part.read<number>('delta')),
  }
  await actions[part.read<string>('openType')]?.()
}
