export default definePageConfig({ navigationBarTitleText: '数据与注销' })
