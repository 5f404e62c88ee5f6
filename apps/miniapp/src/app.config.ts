export default defineAppConfig({
  pages: ['pages/home/index', 'pages/me/index'],
  // Rarely opened pages: WeChat preloads their package while the user is on a tab.
  subPackages: [
    {
      root: 'account',
      pages: [
        'about/index',
        'login-history/index',
        'agreement/index',
        'consent/index',
        'banned/index',
        'devices/index',
        'data/index',
        'login/index',
        'merge/index',
        'password-login/index',
        'password-reset/index',
        'phone/index',
        'phone-login/index',
        'privacy/index',
        'profile/index',
        'security/index',
        'verify-phone/index',
      ],
    },
  ],
  preloadRule: {
    'pages/home/index': { network: 'all', packages: ['account'] },
    'pages/me/index': { network: 'all', packages: ['account'] },
  },
  darkmode: true,
  themeLocation: 'theme.json',
  sitemapLocation: 'sitemap.json',
  lazyCodeLoading: 'requiredComponents',
  window: {
    navigationBarTitleText: '栖木',
    navigationBarTextStyle: '@navigationBarTextStyle',
    navigationBarBackgroundColor: '@pageBackground',
    backgroundColor: '@pageBackground',
    backgroundTextStyle: '@backgroundTextStyle',
  },
  tabBar: {
    color: '@tabBarText',
    selectedColor: '@accent',
    backgroundColor: '@surface',
    // @ts-expect-error Taro's type knows the two colours, but not that they may come from theme.json.
    borderStyle: '@tabBarBorder',
    list: [
      {
        pagePath: 'pages/home/index',
        text: '首页',
        iconPath: '@homeIcon',
        selectedIconPath: '@homeIconSelected',
      },
      { pagePath: 'pages/me/index', text: '我的', iconPath: '@meIcon', selectedIconPath: '@meIconSelected' },
    ],
  },
})
