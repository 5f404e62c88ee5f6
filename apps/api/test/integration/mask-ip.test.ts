import { describe, expect, it } from 'vitest'
import { maskIp } from '../../src/utils/mask-ip.ts'

describe('a masked IP', () => {
  it.each([
    ['203.0.113.7', '203.0.*.*'],
    ['203.0.113.7/32', '203.0.*.*'],
    ['10.1.2.3', '10.1.*.*'],
    ['::ffff:203.0.113.7', '203.0.*.*'],
    ['::FFFF:203.0.113.7', '203.0.*.*'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:*'],
    ['2001:db8:1:2::6/128', '2001:db8:1:*'],
    ['2001:db8::6', '2001:db8:*'],
    ['2001::', '2001:*'],
    ['::1', '::*'],
    ['::', '::*'],
    ['64:ff9b::cb00:7107', '64:ff9b:*'],
  ])('hides the end of %s', (ip, masked) => {
    expect(maskIp(ip)).toBe(masked)
  })
})
