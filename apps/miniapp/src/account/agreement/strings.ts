import { en } from '../../i18n/en.ts'
import type { Document } from '../lib/legal-document.ts'

const { me } = en

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
        `You can log out on the page “${me.title}” at any time. That login is void at once.`,
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
        'The time and the IP address of logins and of changes to your account, to keep it safe.',
        'The model and system of your phone, so that you can tell your devices apart.',
        'If somebody invited you: who it was.',
      ],
    },
    {
      heading: 'What is collected only if you give it',
      paragraphs: [
        'Your picture and nickname, to show them on your pages. Without them we make some up. As the law demands, WeChat is asked to check what they contain.',
        'Your gender and birthday, kept as part of your profile alone. Nobody but you sees them.',
        'Your phone number, to bring you back to your account if you change to another WeChat account. WeChat hands it over once you allow it; it is stored encrypted and shown with its middle hidden.',
        'A username and a password, to log in without WeChat. The password is stored in a form that cannot be read back.',
        'You can leave out all of these; everything else works without them.',
      ],
    },
    {
      heading: 'What is not collected',
      paragraphs: [
        'The mini program does not read your location, contacts, chats, or any photo that you did not choose.',
      ],
    },
    {
      heading: 'Where it is kept, and for how long',
      paragraphs: [
        "Your account is kept in the server's database until you change, remove or delete it. WeChat's session key is stored encrypted; it never reaches the phone or a log.",
        'The log of logins (time, IP address, device) is kept for 180 days after a login has ended, and is then deleted.',
        'The phone keeps only your login tokens and your own account data, and forgets them when you log out.',
      ],
    },
    {
      heading: 'What you can do',
      paragraphs: [
        `Change your picture, nickname, gender and birthday: “${me.profile}” on the page “${me.title}”.`,
        `Change or remove your phone number: “${me.phone}” on the page “${me.title}”.`,
        `Export everything that we keep about you, or delete your account: “${me.data}” on the page “${me.title}”.`,
        'A deletion removes all of the above and cannot be undone. Of what happened to the account, only type and time remain, and point to nobody. Whoever leaves while their account is disabled leaves an identifier that cannot be read back, until that ends.',
      ],
    },
    {
      heading: 'To be added by your team',
      paragraphs: [
        'Who is responsible and how to reach them, third parties, minors, and how long data is kept where that differs from the above.',
      ],
    },
  ],
}
