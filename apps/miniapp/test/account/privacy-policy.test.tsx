// @vitest-environment happy-dom

import type { DataPractices } from '@repo/shared'
import Taro from '@tarojs/taro'
import { act, cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { strings as legalPage } from '../../src/account/components/legal-page.tsx'
import DataPage from '../../src/account/data/index.tsx'
import { legal } from '../../src/account/legal.ts'
import PrivacyPage from '../../src/account/privacy/index.tsx'
import { en } from '../../src/i18n/en.ts'
import { MessagesContext } from '../../src/i18n/index.ts'
import { zhCn } from '../../src/i18n/zh-cn.ts'
import { ApiError } from '../../src/session/errors.ts'
import { renderPage } from '../pages/render-page.tsx'
import { dataPractices } from '../session/fake-server.ts'
import { createPhone } from '../session/phone.ts'

const original = structuredClone(legal)

beforeEach(() => {
  vi.clearAllMocks()
})
afterEach(() => {
  Object.assign(legal, structuredClone(original))
})

const text = () => document.body.textContent ?? ''

const English = () => (
  <MessagesContext.Provider value={en}>
    <PrivacyPage />
  </MessagesContext.Provider>
)

/** Opens the policy of a server with this configuration, and returns its text. */
async function policyOf(practices: Partial<DataPractices>, Page = PrivacyPage): Promise<string> {
  cleanup()
  const phone = createPhone()
  phone.server.respondNext('GET /v1/data-practices', () => ({ ...dataPractices, ...practices }))
  renderPage(Page, phone)
  await screen.findByText(Page === PrivacyPage ? '存储地点与期限' : 'Storage and retention')
  return text()
}

describe('PrivacyPage', () => {
  it("states the API's retention, and no other number of days", async () => {
    const policy = await policyOf({ networkLogDays: 731, sealedLogDays: 397 })
    expect(policy).toMatch(/网络日志自产生之日起保存 731 天.*自登录结束起满 731 天删除/)
    expect(policy).toContain('自产生之日起满 397 天后删除')
    expect(await policyOf({ networkLogDays: 731, sealedLogDays: 397 }, English)).toMatch(
      /deleted 731 days after they were written.* 731 days after the login has ended.* 397 days after/,
    )
  })

  it('says that logs are stored apart after a deletion only when the API does so', async () => {
    expect(await policyOf({ sealedLogs: true })).toContain('在注销后单独保存')
    const policy = await policyOf({ sealedLogs: false })
    expect(policy).not.toContain('在注销后单独保存')
    expect(policy).toContain('不再保留 IP 地址')
  })

  it('calls the phone number optional and removable only when the API does not require it', async () => {
    const optional = await policyOf({ requiresVerifiedPhone: false })
    expect(optional).not.toMatch(/核验真实身份|不能移除/)
    for (const Page of [PrivacyPage, English]) {
      const policy = await policyOf({ requiresVerifiedPhone: true }, Page)
      expect(policy).toMatch(/用于核验真实身份|to verify your real identity/)
      expect(policy).toMatch(/须验证手机号。验证后可更换手机号，不能移除|you need a verified phone number/)
    }
  })

  it('names the UnionID only when this mini program shares accounts', async () => {
    expect(await policyOf({ sharedApps: null })).not.toContain('UnionID')
    const sharedApps = [{ appId: 'wx1', name: '商城' }]
    expect(await policyOf({ sharedApps })).toContain('UnionID')
  })

  it('says that humans review content only when the API lets content wait for them', async () => {
    expect(await policyOf({ contentReview: 'reject' })).not.toContain('审核人员')
    expect(await policyOf({ contentReview: 'queue' })).toContain('由我们的审核人员查看')
  })

  it('says what stays after a deletion, and for how long', async () => {
    const days = { consentRetentionDays: 1101, contentVerdictDays: 211, failedLoginDays: 9 }
    const policy = await policyOf(days)
    expect(policy).toMatch(/同意记录（.*?）自注销起保存 1101 天/)
    expect(policy).toContain('自作出决定起满 211 天删除')
    expect(policy).toContain('统计次数，保存 9 天')
    expect(policy).toMatch(/微信用户标识的哈希值和加密的停用原因至停用结束.*未设期限的，将一直保留/)
  })

  it('names each right and the way to it', async () => {
    const policy = await policyOf({})
    for (const words of [
      '撤回同意',
      '“通知开发者删除”',
      '转移个人信息',
      '限制或拒绝',
      '内部备注',
      '脱敏昵称',
    ])
      expect(policy).toContain(words)
  })

  it('names the content check and what WeChat receives only when the API has it', async () => {
    expect(await policyOf({ contentModeration: ['nickname', 'avatar'] })).toContain('昵称、头像、OpenID')
    const nicknameOnly = await policyOf({ contentModeration: ['nickname'] })
    expect(nicknameOnly).toContain('我们委托其检测昵称')
    expect(nicknameOnly).not.toContain('昵称、头像、OpenID')
    expect(await policyOf({ contentModeration: [] })).not.toContain('内容安全检测')
  })

  it.each([
    [14, '未满 14 周岁'],
    [16, '未满 16 周岁'],
    [12, '未满 14 周岁'],
    [0, '未满 14 周岁'],
  ])('states the age of children for a minimum age of %i', async (minimumAge, words) => {
    expect(await policyOf({ minimumAge })).toContain(words)
  })

  it('promises not to store a birthday of a child only where the user can enter one', async () => {
    expect(await policyOf({ minimumAge: 14 })).not.toContain('填写的生日')
    legal.profileFields.birthday = { zh_CN: '用于生日祝福', en: 'for birthday wishes' }
    expect(await policyOf({ minimumAge: 14 })).toContain('填写的生日未满 14 周岁的')
    expect(await policyOf({ minimumAge: 0 })).not.toContain('填写的生日')
  })

  it('names the mini programs that share accounts with this one', async () => {
    const sharedApps = [
      { appId: 'wx1', name: '商城' },
      { appId: 'wx2', name: '会员中心' },
    ]
    expect(await policyOf({ sharedApps })).toContain('可使用同一账号和账号资料：商城、会员中心')
    vi.mocked(Taro.getAccountInfoSync).mockReturnValueOnce({ miniProgram: { appId: 'wx3' } } as never)
    expect(await policyOf({ sharedApps })).toContain('你的账号仅用于本小程序')
    expect(await policyOf({ sharedApps: null })).toContain('你的账号仅用于本小程序')
  })

  it('states what only the operator knows', async () => {
    Object.assign(legal, {
      isSample: false,
      operator: { zh_CN: '甲公司', en: 'Alpha Ltd' },
      storage: { zh_CN: '上海', en: 'Shanghai' },
      backupDays: 37,
      privacy: { version: '2027-02-03', changes: { zh_CN: ['新增短信服务商'], en: ['An SMS provider'] } },
      recipients: [
        {
          name: { zh_CN: '乙公司', en: 'Beta Ltd' },
          purpose: { zh_CN: '云存储', en: 'Cloud storage' },
          data: { zh_CN: '全部账号资料', en: 'All account data' },
          contact: 'legal@beta.example',
        },
      ],
    })
    const policy = await policyOf({})
    for (const words of ['甲公司', '上海', '在 37 天内被覆盖', '2027-02-03', '本次更新：新增短信服务商'])
      expect(policy).toContain(words)
    for (const words of ['乙公司', '云存储', '全部账号资料', 'legal@beta.example'])
      expect(policy).toContain(words)
    expect(policy).not.toContain(legalPage.zh_CN.sample)
    expect(await policyOf({}, English)).toMatch(/Alpha Ltd.*Beta Ltd.*Shanghai/)
  })

  it.each([
    ['gender', '性别', 'Gender'],
    ['birthday', '生日', 'Birthday'],
  ] as const)('lists %s only with the purpose that legal.ts states', async (field, zh, english) => {
    expect(await policyOf({})).not.toContain(zh)
    legal.profileFields[field] = { zh_CN: '用于推荐内容。', en: 'to recommend content.' }
    expect(await policyOf({})).toContain(`${zh}：用于推荐内容。`)
    expect(await policyOf({}, English)).toContain(`${english}: to recommend content.`)
  })

  it('shows no period without a network, and loads all of them when the user tries again', async () => {
    const phone = createPhone()
    phone.server.respondNext('GET /v1/data-practices', () => {
      throw new ApiError('network_unreachable')
    })
    renderPage(PrivacyPage, phone)
    const retry = await screen.findByRole('button', { name: zhCn.common.retry })
    expect(screen.getByText('你的权利')).toBeDefined()
    expect(text()).not.toMatch(/\d+ 天/)
    expect(text()).not.toContain('存储地点与期限')
    await act(async () => fireEvent.click(retry))
    expect(await screen.findByText('存储地点与期限')).toBeDefined()
    expect(text()).toMatch(/保存 200 天/)
  })
})

describe('DataPage', () => {
  it('lists gender and birthday among the deleted data only when they are collected', async () => {
    const open = async () => {
      cleanup()
      const phone = createPhone()
      phone.storeSession()
      renderPage(DataPage, phone)
      return (await screen.findByText(/微信用户标识（/)).textContent
    }
    expect(await open()).not.toMatch(/性别|生日/)
    legal.profileFields.gender = { zh_CN: '用于推荐', en: 'for recommendations' }
    expect(await open()).toContain('性别')
  })
})
