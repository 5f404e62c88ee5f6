import type { DataPractices } from '@repo/shared'
import { legalLogDays } from '../../config/legal-log-days.ts'
import type { AppContext } from '../../context.ts'
import { avatarModerationEnabled } from '../../domain/moderation/avatar.ts'

const daySeconds = 24 * 60 * 60

/** The privacy policy shows this, so that it cannot contradict the configuration. */
export function dataPractices({ config }: Pick<AppContext, 'config'>): DataPractices {
  return {
    networkLogDays: Math.round(config.retentionSeconds / daySeconds),
    sealedLogs: config.sealNetworkLogs,
    sealedLogDays: legalLogDays,
    minimumAge: config.minimumAge,
    sharedApps: config.sharedApps,
    contentModeration: ['nickname', ...(avatarModerationEnabled(config) ? ['avatar' as const] : [])],
  }
}
