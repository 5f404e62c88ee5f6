import { beforeEach, describe, expect, it, vi } from 'vitest'
import { apiUrls } from '../config/api-urls.ts'
import { apiUrlFor } from '../src/lib/api-url.ts'

const here = 'http://127.0.0.1:3000'
const PUBLIC_URL = 'https://api.example.com'
const TRIAL_API_URL = 'https://trial.example.com'
const DEVELOP_API_URL = 'http://192.168.1.5:3000'

let warn: ReturnType<typeof vi.spyOn>

beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
})

const oneLineAbout = (pattern: RegExp) => [[expect.stringMatching(pattern)]]
const all = (url: string) => ({ release: url, trial: url, develop: url })

describe('API URLs of a production build', () => {
  it('differ by environment', () => {
    expect(apiUrls({ PUBLIC_URL, TRIAL_API_URL, DEVELOP_API_URL }, true)).toEqual({
      release: PUBLIC_URL,
      trial: TRIAL_API_URL,
      develop: DEVELOP_API_URL,
    })
    expect(warn).not.toHaveBeenCalled()
  })

  it('fall back to the release', () => {
    expect(apiUrls({ PUBLIC_URL, TRIAL_API_URL: '' }, true)).toEqual(all(PUBLIC_URL))
    expect(apiUrls({ PUBLIC_URL, TRIAL_API_URL }, true)).toEqual({ ...all(PUBLIC_URL), trial: TRIAL_API_URL })
  })

  it('have no trailing slash', () => {
    const slashes = { PUBLIC_URL: `${PUBLIC_URL}/`, TRIAL_API_URL: `${TRIAL_API_URL}//` }
    expect(apiUrls(slashes, true)).toEqual({ ...all(PUBLIC_URL), trial: TRIAL_API_URL })
  })

  it('warn in one line when PUBLIC_URL is missing', () => {
    expect(apiUrls({ DEVELOP_API_URL }, true)).toEqual({ ...all(here), develop: DEVELOP_API_URL })
    expect(warn.mock.calls).toEqual(oneLineAbout(/^PUBLIC_URL is not set[^\n]*$/))
  })

  it('warn in one line when PUBLIC_URL has no TLS', () => {
    apiUrls({ PUBLIC_URL: 'http://api.example.com' }, true)
    expect(warn.mock.calls).toEqual(oneLineAbout(/^PUBLIC_URL is http:[^\n]*https[^\n]*$/))
  })

  it.each(['PUBLIC_URL', 'TRIAL_API_URL', 'DEVELOP_API_URL'])('reject an invalid %s', (name) => {
    for (const value of ['api.example.com', 'ftp://api.example.com', 'https://', 'https:///path', '/api']) {
      expect(() => apiUrls({ PUBLIC_URL, [name]: value }, true)).toThrow(new RegExp(`^${name} `))
    }
  })
})

describe('API URL of a development build', () => {
  it('is the local API in every environment', () => {
    const lan = 'http://192.168.1.5:3000'
    expect(apiUrls({ PUBLIC_URL: lan, TRIAL_API_URL, DEVELOP_API_URL: PUBLIC_URL }, false)).toEqual(all(lan))
    expect(warn).not.toHaveBeenCalled()
  })

  it.each([undefined, ''])('is this machine when PUBLIC_URL is %o', (value) => {
    expect(apiUrls({ PUBLIC_URL: value }, false)).toEqual(all(here))
    expect(warn).not.toHaveBeenCalled()
  })
})

describe('apiUrlFor', () => {
  const urls = { release: PUBLIC_URL, trial: TRIAL_API_URL, develop: DEVELOP_API_URL }

  it.each(['develop', 'trial', 'release'] as const)('returns the URL of %s', (environment) => {
    expect(apiUrlFor(environment, urls)).toBe(urls[environment])
  })

  it.each([undefined, '', 'gray', 'Develop', 'constructor'])(
    'returns the URL of the release for %o',
    (other) => {
      expect(apiUrlFor(other, urls)).toBe(PUBLIC_URL)
    },
  )
})
