// @vitest-environment happy-dom

import type { ProfileBody, User } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { legal } from '../../src/account/legal.ts'
import { strings as clipboardStrings } from '../../src/account/lib/clipboard-strings.ts'
import { errorMessages } from '../../src/account/lib/error-messages.ts'
import ProfilePage from '../../src/account/profile/index.tsx'
import { strings } from '../../src/account/profile/strings.ts'
import { en } from '../../src/i18n/en.ts'
import { MessagesContext } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { consent } from '../fakes/consent.ts'
import { renderPage } from '../pages/render-page.tsx'
import { apiError, userOf } from '../session/fake-server.ts'
import { ada, bob, createPhone } from '../session/phone.ts'

const t = strings.zh_CN
const purpose = { zh_CN: '用于推荐', en: 'for recommendations' }
const { profileFields } = legal
const clipboard = clipboardStrings.zh_CN
const generated = 'https://api.test/files/default-avatars/0123456789abcdef.png'
const uploaded = 'https://api.test/files/avatars/abc.jpg'

beforeEach(() => {
  vi.clearAllMocks()
})
afterEach(() => {
  legal.profileFields = profileFields
})

/** Opens the page for a logged-in user. */
function openPage(changes: Partial<User> = {}) {
  const phone = createPhone()
  const user = userOf(ada, { nickname: '爱笑的小鹿 4821', avatarUrl: generated, ...changes })
  phone.storeSession(phone.server.issue(user))
  const saved = (change: Partial<User>) => () => ({ ...user, ...change })
  const page = renderPage(ProfilePage, phone)
  const shownUser = () => {
    const state = page.session.state()
    return state.kind === 'user' ? state.user : null
  }
  return { ...page, server: phone.server, saved, shownUser }
}

const InEnglish = () => (
  <MessagesContext.Provider value={en}>
    <ProfilePage />
  </MessagesContext.Provider>
)

const picture = () => document.querySelector('img')?.getAttribute('src')
const alert = () => screen.findByRole('alert')
const button = (name: string) => screen.getByRole('button', { name })

describe('ProfilePage for a guest', () => {
  it('says why to log in, without a request', () => {
    const { phone } = renderPage(ProfilePage)
    expect(screen.getByText(t.why)).toBeDefined()
    fireEvent.click(button(zhCn.me.login))
    expect(phone.openLogin).toHaveBeenCalledTimes(1)
    expect(phone.server.total()).toBe(0)
  })
})

describe('ProfilePage for a user', () => {
  /** How the page calls each field. A new field of the contract does not compile until it stands here. */
  const labels: Record<keyof ProfileBody, string> = {
    nickname: t.nickname.label,
    gender: t.gender.label,
    birthday: t.birthday.label,
  }

  it.each(Object.entries(labels))('shows the field %s', (_name, label) => {
    legal.profileFields = { gender: purpose, birthday: purpose }
    openPage()
    expect(screen.getByText(label)).toBeDefined()
  })
})

describe('avatar', () => {
  const choose = (detail: object) =>
    act(async () => {
      fireEvent(button(t.avatar.change), new CustomEvent('chooseavatar', { detail }))
    })

  it('uploads at once, shows the progress, then the URL of the API', async () => {
    const { server, saved } = openPage()
    let finish = () => {}
    server.respondNext('POST /v1/me/avatar', async () => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return saved({ avatarUrl: uploaded })()
    })
    await choose({ avatarUrl: 'wxfile://tmp_1' })
    expect(picture()).toBe('wxfile://tmp_1')
    const { filePath, onProgress } = server.lastOptions('POST /v1/me/avatar') ?? {}
    expect(filePath).toBe('wxfile://tmp_1')
    act(() => (onProgress as (percent: number) => void)(40))
    expect(screen.getByText(t.avatar.uploading(40))).toBeDefined()
    expect(document.querySelector('[data-open-type]')).toBeNull()
    await act(async () => finish())
    await waitFor(() => expect(picture()).toBe(uploaded))
    expect(screen.getByText(t.avatar.change)).toBeDefined()
  })

  it.each([
    [new ApiError('network_unreachable'), zhCn.errors.network_unreachable],
    [apiError('image_invalid', 400), errorMessages.zh_CN.image_invalid],
    [apiError('image_too_large', 413), errorMessages.zh_CN.image_too_large],
    [apiError('body_too_large', 413), t.avatar.tooLarge],
    [apiError('storage_unavailable', 503), errorMessages.zh_CN.storage_unavailable],
    [apiError('rate_limited', 429), zhCn.errors.rate_limited],
  ])('shows the old one with the reason when %s fails it, and uploads again', async (problem, why) => {
    const { server, saved } = openPage({ avatarUrl: uploaded })
    server.failNext('POST /v1/me/avatar', problem)
    await choose({ avatarUrl: 'wxfile://tmp_2' })
    expect((await alert()).textContent).toContain(why)
    expect(picture()).toBe(uploaded)
    server.respondNext('POST /v1/me/avatar', saved({ avatarUrl: `${uploaded}?2` }))
    fireEvent.click(button(t.avatar.retry))
    await waitFor(() => expect(picture()).toBe(`${uploaded}?2`))
    expect(server.lastOptions('POST /v1/me/avatar')?.filePath).toBe('wxfile://tmp_2')
    expect(screen.queryByRole('alert')).toBeNull()
  })

  it('ignores a result without a path', async () => {
    const { server } = openPage()
    await choose({})
    expect(server.asked()).toBe(0)
    expect(picture()).toBe(generated)
  })

  it('is saved although the page has closed', async () => {
    const { server, saved, shownUser, unmount } = openPage()
    const release = server.holdNext('POST /v1/me/avatar')
    server.respondNext('POST /v1/me/avatar', saved({ avatarUrl: uploaded }))
    await choose({ avatarUrl: 'wxfile://tmp_3' })
    unmount()
    release()
    await waitFor(() => expect(shownUser()?.avatarUrl).toBe(uploaded))
  })

  it('is never shown to another user who logged in meanwhile', async () => {
    const { server, saved, session, phone } = openPage()
    const release = server.holdNext('POST /v1/me/avatar')
    server.respondNext('POST /v1/me/avatar', saved({ avatarUrl: uploaded }))
    await choose({ avatarUrl: 'wxfile://tmp_4' })
    await act(async () => session.logout())
    phone.wechatUserId = bob
    await act(async () => {
      await session.login(consent)
    })
    release()
    await waitFor(() => expect(server.count('POST /v1/me/avatar')).toBe(1))
    await act(async () => {})
    expect(session.state()).toMatchObject({ user: { id: bob, avatarUrl: null } })
  })

  it('can be reset to the default one, which has no reset button', async () => {
    const { server, saved } = openPage({ avatarUrl: uploaded })
    server.respondNext('DELETE /v1/me/avatar', saved({ avatarUrl: generated }))
    await act(async () => fireEvent.click(button(t.avatar.remove)))
    expect(Taro.showModal).toHaveBeenCalledWith(expect.objectContaining({ content: t.avatar.removeBody }))
    await waitFor(() => expect(picture()).toBe(generated))
    expect(screen.queryByRole('button', { name: t.avatar.remove })).toBeNull()
  })

  it('stays when the user cancels or the request fails', async () => {
    const { server } = openPage({ avatarUrl: uploaded })
    vi.mocked(Taro.showModal).mockResolvedValueOnce({ confirm: false } as never)
    await act(async () => fireEvent.click(button(t.avatar.remove)))
    expect(server.asked()).toBe(0)
    server.failNext('DELETE /v1/me/avatar', new ApiError('request_timeout'))
    await act(async () => fireEvent.click(button(t.avatar.remove)))
    expect((await alert()).textContent).toContain(zhCn.errors.request_timeout)
    expect(picture()).toBe(uploaded)
  })
})

describe('nickname', () => {
  const field = () => screen.getByLabelText(t.nickname.label) as HTMLInputElement
  const type = (value: string) => fireEvent.change(field(), { target: { value } })
  const leave = () => fireEvent.blur(field())
  const hear = (detail: object) =>
    act(async () => {
      fireEvent(field(), new CustomEvent('nicknamereview', { detail }))
    })
  const save = () => act(async () => fireEvent.click(button(t.nickname.save)))

  it("uses WeChat's keyboard and is saved trimmed", async () => {
    const { server, saved, shownUser } = openPage()
    expect(field().dataset.type).toBe('nickname')
    expect(field().value).toBe('爱笑的小鹿 4821')
    server.respondNext('PUT /v1/me/profile', saved({ nickname: '阿达' }))
    type(' 阿达 ')
    await save()
    expect(server.lastBody('PUT /v1/me/profile')).toEqual({ nickname: '阿达' })
    expect(shownUser()?.nickname).toBe('阿达')
    expect(field().value).toBe('阿达')
    expect(Taro.showToast).toHaveBeenCalledWith(expect.objectContaining({ title: t.nickname.saved }))
  })

  it.each([
    ['', t.nickname.rejected],
    ['   ', t.nickname.empty],
    ['木'.repeat(33), t.nickname.too_long],
  ])('%j is not sent, and the page says why', async (value, why) => {
    const { server } = openPage()
    type('草稿')
    // WeChat clears the field without an input event, so React still has the draft.
    if (value === '') field().value = ''
    else type(value)
    await save()
    expect((await alert()).textContent).toContain(why)
    expect(server.asked()).toBe(0)
  })

  it('is required', async () => {
    const { server } = openPage()
    type('')
    await save()
    expect((await alert()).textContent).toContain(t.nickname.empty)
    expect(server.asked()).toBe(0)
  })

  it('is not sent when WeChat rejects it, also after the tap', async () => {
    const { server } = openPage()
    type('坏名字')
    leave()
    await save()
    expect(server.asked()).toBe(0)
    // WeChat clears the field by itself.
    field().value = ''
    await hear({ pass: false, timeout: false })
    expect((await alert()).textContent).toContain(t.nickname.rejected)
    expect(server.asked()).toBe(0)
  })

  it.each([
    ['passes', { pass: true, timeout: false }],
    ['has no time for', { pass: false, timeout: true }],
  ])('is sent when WeChat %s it', async (_how, detail) => {
    const { server, saved, shownUser } = openPage()
    server.respondNext('PUT /v1/me/profile', saved({ nickname: '阿达' }))
    type('阿达')
    leave()
    await hear(detail)
    await save()
    await waitFor(() => expect(shownUser()?.nickname).toBe('阿达'))
  })

  it('is sent when WeChat reviews nothing', async () => {
    const { server, saved, shownUser } = openPage()
    server.respondNext('PUT /v1/me/profile', saved({ nickname: '阿达' }))
    type('阿达')
    leave()
    await save()
    await waitFor(() => expect(shownUser()?.nickname).toBe('阿达'), { timeout: 4000 })
  })

  it.each([
    [apiError('content_rejected', 422), errorMessages.zh_CN.content_rejected],
    [apiError('content_check_unavailable', 503), errorMessages.zh_CN.content_check_unavailable],
    [apiError('invalid_request', 400), t.nickname.invalid],
    [new ApiError('network_unreachable'), zhCn.errors.network_unreachable],
  ])('stays in the field with the reason when the API rejects it with %s', async (problem, why) => {
    const { server, shownUser } = openPage()
    server.failNext('PUT /v1/me/profile', problem)
    type('阿达')
    await save()
    expect((await alert()).textContent).toContain(why)
    expect(field().value).toBe('阿达')
    expect(shownUser()?.nickname).toBe('爱笑的小鹿 4821')
    type('阿达达')
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

describe('gender and birthday', () => {
  beforeEach(() => {
    legal.profileFields = { gender: purpose, birthday: purpose }
  })
  const choose = (name: string, value: unknown) =>
    act(async () => {
      fireEvent(screen.getByTestId(name), new CustomEvent('choose', { detail: { value } }))
    })
  const chooseGender = (index: string) => choose(t.gender.label, index)
  const chooseBirthday = (day: string) => choose(t.birthday.label, day)
  const row = (name: string, value: string) => screen.queryByRole('button', { name: `${name} ${value}` })

  it('are shown at once and saved', async () => {
    const { server, shownUser } = openPage()
    const release = server.holdNext('PUT /v1/me/profile')
    server.respondNext('PUT /v1/me/profile', () => userOf(ada, { gender: 'female' }))
    await chooseGender('2')
    expect(row(t.gender.label, t.gender.female)).not.toBeNull()
    expect(shownUser()?.gender).toBeNull()
    release()
    await waitFor(() => expect(shownUser()?.gender).toBe('female'))
    expect(server.lastBody('PUT /v1/me/profile')).toEqual({ gender: 'female' })
  })

  it('can be cleared', async () => {
    const { server, saved, shownUser } = openPage({ gender: 'male', birthday: '1990-05-17' })
    server.respondNext('PUT /v1/me/profile', saved({ gender: null }), saved({ birthday: null }))
    await chooseGender('0')
    expect(server.lastBody('PUT /v1/me/profile')).toEqual({ gender: null })
    await act(async () => fireEvent.click(button(t.birthday.clear)))
    expect(server.lastBody('PUT /v1/me/profile')).toEqual({ birthday: null })
    expect(shownUser()).toMatchObject({ gender: null, birthday: null })
    expect(screen.queryByRole('button', { name: t.birthday.clear })).toBeNull()
  })

  it('are undone with the reason when the API rejects them', async () => {
    const { server } = openPage({ birthday: '1990-05-17' })
    server.failNext('PUT /v1/me/profile', new ApiError('network_unreachable'))
    await chooseBirthday('2001-02-03')
    expect((await alert()).textContent).toContain(
      t.changeFailed(t.birthday.label, zhCn.errors.network_unreachable),
    )
    expect(row(t.birthday.label, '1990年5月17日')).not.toBeNull()
    server.failNext('PUT /v1/me/profile', apiError('invalid_request', 400))
    await chooseBirthday('2001-02-03')
    expect((await alert()).textContent).toContain(t.birthday.invalid)
  })

  it.each(['request_timeout', 'request_interrupted'] as const)(
    'say that the result is unknown after %s',
    async (code) => {
      const { server } = openPage({ gender: 'male' })
      server.failNext('PUT /v1/me/profile', new ApiError(code))
      await chooseGender('2')
      expect((await alert()).textContent).toContain(t.changeUncertain(t.gender.label))
    },
  )

  it('are saved in order, and a response does not undo a later change', async () => {
    const { server, saved, shownUser } = openPage()
    const release = server.holdNext('PUT /v1/me/profile')
    server.respondNext(
      'PUT /v1/me/profile',
      saved({ gender: 'male', birthday: null }),
      saved({ gender: 'male', birthday: '1990-05-17' }),
      saved({ gender: null, birthday: '1990-05-17' }),
    )
    await chooseGender('1')
    await chooseBirthday('1990-05-17')
    await chooseGender('0')
    expect(server.count('PUT /v1/me/profile')).toBe(1)
    expect(row(t.gender.label, t.gender.notSet)).not.toBeNull()
    release()
    await waitFor(() => expect(server.count('PUT /v1/me/profile')).toBe(3))
    await waitFor(() => expect(shownUser()).toMatchObject({ gender: null, birthday: '1990-05-17' }))
    expect(row(t.gender.label, t.gender.notSet)).not.toBeNull()
    expect(row(t.birthday.label, '1990年5月17日')).not.toBeNull()
  })

  it('keep a later change when an earlier one fails', async () => {
    const { server, saved, shownUser } = openPage()
    const releaseFirst = server.holdNext('PUT /v1/me/profile')
    server.failNext('PUT /v1/me/profile', new ApiError('request_timeout'))
    const release = server.holdNext('PUT /v1/me/profile')
    server.respondNext('PUT /v1/me/profile', saved({ gender: 'female' }))
    await chooseGender('1')
    await chooseGender('2')
    releaseFirst()
    expect((await alert()).textContent).toContain(t.changeUncertain(t.gender.label))
    expect(row(t.gender.label, t.gender.female)).not.toBeNull()
    release()
    await waitFor(() => expect(shownUser()?.gender).toBe('female'))
    expect(row(t.gender.label, t.gender.female)).not.toBeNull()
  })

  it('are not sent for another user after a logout', async () => {
    const { server, session, phone } = openPage()
    const release = server.holdNext('PUT /v1/me/profile')
    server.failNext('PUT /v1/me/profile', new ApiError('request_timeout'))
    await chooseGender('1')
    await chooseGender('2')
    await act(async () => session.logout())
    phone.wechatUserId = bob
    await act(async () => {
      await session.login(consent)
    })
    await act(async () => release())
    expect(server.count('PUT /v1/me/profile')).toBe(1)
  })
})

it('ProfilePage shows level, registration and last login', () => {
  openPage({ levelDescription: '金卡' })
  expect(screen.getByText('金卡')).toBeDefined()
  expect(screen.getByText(t.registeredAt)).toBeDefined()
  expect(screen.getByText(t.lastLoginAt)).toBeDefined()
})

describe('account ID', () => {
  const row = () => screen.getByRole('button', { name: new RegExp(`^${t.accountId}`) })

  it('is shortened, and copied whole on a tap', async () => {
    openPage()
    expect(row().textContent).toContain(`${ada.slice(0, 4)}…${ada.slice(-4)} · ${t.copy}`)
    await act(async () => fireEvent.click(row()))
    expect(Taro.setClipboardData).toHaveBeenCalledWith({ data: ada })
  })

  it('shows why WeChat did not copy it', async () => {
    vi.mocked(Taro.setClipboardData).mockRejectedValueOnce({ errno: 104, errMsg: '' })
    openPage()
    await act(async () => fireEvent.click(row()))
    expect((await alert()).textContent).toContain(clipboard.denied)
  })
})

it('ProfilePage shows the level in the selected language', () => {
  const phone = createPhone()
  phone.storeSession(phone.server.issue(userOf(ada, { level: 1, levelDescription: '会员' })))
  renderPage(InEnglish, phone)
  expect(screen.getByText(en.levels[1] ?? '')).toBeDefined()
  expect(screen.queryByText('会员')).toBeNull()
})

describe('fields without a purpose', () => {
  it.each<[string, typeof profileFields, string[]]>([
    ['both', { gender: null, birthday: null }, []],
    ['the birthday', { gender: purpose, birthday: null }, [t.gender.label]],
    ['the gender', { gender: null, birthday: purpose }, [t.birthday.label]],
  ])('are hidden when legal.ts states none for %s', async (_which, fields, shown) => {
    legal.profileFields = fields
    openPage({ gender: 'male', birthday: '1990-05-17' })
    await screen.findByText(t.accountId)
    const labels = [t.gender.label, t.birthday.label]
    expect(labels.filter((label) => screen.queryByText(label) !== null)).toEqual(shown)
    expect(screen.queryByText(t.birthday.clear) !== null).toBe(shown.includes(t.birthday.label))
  })
})

it('legal.ts collects neither gender nor birthday by default', () => {
  expect(profileFields).toEqual({ gender: null, birthday: null })
})
