import type { Document } from './document.ts'

const notice = 'This is a sample. Before release, replace it with a document that your lawyers have approved.'

export const agreement: Document = {
  title: 'Terms of Use',
  notice,
  sections: [
    {
      heading: 'What this is',
      paragraphs: [
        'Perch is a sample mini program. It shows a WeChat login from the press of the button to the logout, and sells nothing.',
      ],
    },
    {
      heading: 'Your account',
      paragraphs: [
        'At your first login the server makes an account for the identifier that WeChat gives it. The same WeChat account always leads to the same account here.',
        'You can log out on the page “Me” at any time. That login is void at once.',
      ],
    },
    {
      heading: 'Fair use',
      paragraphs: [
        'Do not pretend to be somebody else, and do not disturb the service. A disabled account cannot log in.',
      ],
    },
    {
      heading: 'To be added by your team',
      paragraphs: [
        'Who runs this and how to reach them, the service and its price, liability, changes, disputes and law.',
      ],
    },
  ],
}

export const privacy: Document = {
  title: 'Privacy Policy',
  notice,
  sections: [
    {
      heading: 'What a login collects',
      paragraphs: [
        'The WeChat identifier (openid, and unionid where there is one), to recognise your account.',
        'The time and the IP address of logins, to keep your account safe.',
        'The model and system of your phone, so that you can tell your devices apart.',
      ],
    },
    {
      heading: 'What it does not collect',
      paragraphs: [
        'No phone number, picture, nickname, location or contacts. The mini program does not read them.',
      ],
    },
    {
      heading: 'Where it is kept',
      paragraphs: [
        "Your account is kept in the server's database. WeChat's session key is stored encrypted; it never reaches the phone or a log.",
        'The phone keeps only your login tokens and your own account data, and forgets them when you log out.',
      ],
    },
    {
      heading: 'To be added by your team',
      paragraphs: [
        'Who is responsible and how to reach them, how long data is kept, third parties, your rights, minors.',
      ],
    },
  ],
}
