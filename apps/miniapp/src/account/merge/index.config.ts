export default definePageConfig({ navigationBarTitleText: '合并账号' })
