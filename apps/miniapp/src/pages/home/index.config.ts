export default definePageConfig({ navigationBarTitleText: '栖木' })
