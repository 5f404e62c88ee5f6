import type { Document } from './document.ts'

const notice = '这是一份示例文本。上线之前，请换成贵团队经过法律审核的正式文件。'

export const agreement: Document = {
  title: '用户协议',
  notice,
  sections: [
    {
      heading: '这是什么',
      paragraphs: ['栖木是一个示例小程序，演示微信登录从按下按钮到退出登录的全过程。它不提供商业服务。'],
    },
    {
      heading: '你的账号',
      paragraphs: [
        '首次登录时，服务器会用微信提供的用户标识为你建立一个账号。同一个微信再次登录，对应同一个账号。',
        '你可以随时在“我的”页面退出登录。退出之后，本次登录立即失效。',
      ],
    },
    {
      heading: '合理使用',
      paragraphs: ['请不要冒用他人身份，也不要干扰服务运行。账号被停用后，将无法继续登录。'],
    },
    {
      heading: '需要由你的团队补充',
      paragraphs: ['运营主体与联系方式、服务内容与费用、责任范围、协议变更方式、争议解决与适用法律。'],
    },
  ],
}

export const privacy: Document = {
  title: '隐私政策',
  notice,
  sections: [
    {
      heading: '登录时收集什么',
      paragraphs: [
        '微信用户标识（openid，以及可能有的 unionid）：用来认出你的账号。',
        '登录时间和 IP 地址：用来保护账号安全。',
        '手机型号和系统版本：用来让你分辨自己的登录设备。',
      ],
    },
    {
      heading: '不收集什么',
      paragraphs: ['登录不需要你的手机号、头像、昵称、位置或通讯录，小程序也不会读取它们。'],
    },
    {
      heading: '保存在哪里',
      paragraphs: [
        '账号资料保存在服务器的数据库中；微信的会话密钥加密保存，不会发到手机，也不会写进日志。',
        '手机上只保存登录令牌和你自己的账号资料，退出登录时即被删除。',
      ],
    },
    {
      heading: '需要由你的团队补充',
      paragraphs: [
        '个人信息处理者与联系方式、保存期限、第三方共享情况、查阅、更正与删除的办法、未成年人保护。',
      ],
    },
  ],
}
