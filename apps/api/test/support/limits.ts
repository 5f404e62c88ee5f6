const names = [
  'LIMIT_PER_IP',
  'LIMIT_LOGIN_PER_IP',
  'LIMIT_FAILED_LOGIN_PER_IP',
  'LIMIT_LOGIN_PER_USER',
  'LIMIT_PHONE_PER_USER',
  'LIMIT_REFRESH_PER_IP',
  'LIMIT_REFRESH_PER_SESSION',
  'LIMIT_ADMIN_PER_IP',
  'LIMIT_EXPORT_PER_USER',
  'LIMIT_PASSWORD_PER_IP',
  'LIMIT_PASSWORD_PER_ACCOUNT',
  'LIMIT_PROFILE_PER_USER',
]

/** For tests that are not about limits: they count, and stop nobody. */
export const highLimits: Record<string, string> = Object.fromEntries(
  names.map((name) => [name, '1000000000']),
)
