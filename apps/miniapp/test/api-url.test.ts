import { beforeEach, describe, expect, it, vi } from 'vitest'
import { apiUrl } from '../config/api-url.ts'

let warn: ReturnType<typeof vi.spyOn>

beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
})

describe("the API's address", () => {
  it('is PUBLIC_URL without a slash at the end', () => {
    expect(apiUrl('https://api.example.com/', true)).toBe('https://api.example.com')
    expect(apiUrl('http://192.168.1.5:3000', false)).toBe('http://192.168.1.5:3000')
    expect(warn).not.toHaveBeenCalled()
  })

  it.each([undefined, ''])('is this machine when PUBLIC_URL is %o', (value) => {
    expect(apiUrl(value, false)).toBe('http://127.0.0.1:3000')
    expect(warn).not.toHaveBeenCalled()
  })

  it('is warned about in one line when a production build has none', () => {
    expect(apiUrl(undefined, true)).toBe('http://127.0.0.1:3000')
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^PUBLIC_URL [^\n]*$/)]])
  })

  it.each(['api.example.com', 'ftp://api.example.com', 'https://', 'https:///path', '/api'])(
    'is not %s',
    (value) => {
      expect(() => apiUrl(value, true)).toThrow(/PUBLIC_URL/)
    },
  )
})
