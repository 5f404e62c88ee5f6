import type { User } from '@repo/shared'
import { Button, View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { ErrorMessage } from '../../components/error-message.tsx'
import { useMutation } from '../../hooks/use-mutation.ts'
import { useMessages, useStrings } from '../../i18n/index.ts'
import { confirm } from '../../lib/dialogs.ts'
import { useSession } from '../../session/index.ts'
import { deleteAvatar } from '../api.ts'
import { applyProfileUpdate, isStillLoggedIn } from '../lib/apply-profile-update.ts'
import { errorCodeOf } from '../lib/error-code.ts'
import './avatar-card.css'
import { PublishError } from './publish-error.tsx'
import { avatarQueue } from './save-queues.ts'
import { strings } from './strings.ts'
import { useAvatarUpload } from './use-avatar-upload.ts'

/** The API stores default avatars in a folder of their own. */
const isDefault = (url: string) => url.includes('/default-avatars/')

/** A tap opens WeChat's avatar picker, which returns only the chosen image. */
export function AvatarCard({ user }: { user: User }) {
  const { common } = useMessages()
  const t = useStrings(strings).avatar
  const { session } = useSession()
  const upload = useAvatarUpload(user)
  const isUploading = upload.percent !== null
  const label = upload.percent === null ? t.change : t.uploading(upload.percent)

  const removal = useMutation(() =>
    avatarQueue.run(async () => {
      if (!isStillLoggedIn(session, user.id)) return
      const { avatarUrl, avatarPending } = await deleteAvatar(session)
      applyProfileUpdate(session, user.id, { avatarUrl, avatarPending })
    }),
  )

  async function confirmRemoval(): Promise<void> {
    const dialog = {
      title: t.removeTitle,
      body: t.removeBody,
      confirm: t.removeConfirm,
      cancel: common.cancel,
    }
    if (await confirm(dialog)) await removal.run()
  }

  function choose(filePath: unknown): void {
    if (typeof filePath !== 'string' || filePath === '') return
    removal.clearError()
    void upload.start(filePath)
  }

  const canRemove = user.avatarPending || (user.avatarUrl !== null && !isDefault(user.avatarUrl))
  const isTooLarge = errorCodeOf(upload.error) === 'body_too_large'
  return (
    <View className="card avatar-card">
      <Button
        className="avatar-card__button"
        hoverClass="avatar-card__button--active"
        ariaLabel={label}
        // Not `disabled` while uploading: WeChat would draw the button grey.
        {...(!isUploading && !removal.isPending && { openType: 'chooseAvatar' as const })}
        onChooseAvatar={({ detail }) => choose(detail.avatarUrl)}
      >
        <View className="avatar-card__image">
          <Avatar url={upload.url} isLarge />
        </View>
        <View className="avatar-card__label">{label}</View>
      </Button>
      <View className="avatar-card__track">
        {isUploading && <View className="avatar-card__progress" style={{ width: `${upload.percent}%` }} />}
      </View>
      {user.avatarPending && !isUploading && <View className="avatar-card__pending">{t.pending}</View>}
      {upload.error !== null && (
        <View className="avatar-card__error">
          <PublishError user={user} error={upload.error} message={isTooLarge ? t.tooLarge : null} />
          <ActionButton variant="soft" label={t.retry} onTap={() => void upload.retry()} />
        </View>
      )}
      {removal.error !== null && (
        <View className="avatar-card__error">
          <ErrorMessage error={removal.error} />
        </View>
      )}
      {canRemove && !isUploading && (
        <View className="avatar-card__remove">
          <ActionButton
            variant="plain"
            label={t.remove}
            loading={removal.isPending}
            onTap={() => void confirmRemoval()}
          />
        </View>
      )}
    </View>
  )
}
