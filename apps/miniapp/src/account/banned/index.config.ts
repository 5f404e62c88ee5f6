export default definePageConfig({ navigationBarTitleText: '账号已停用' })
