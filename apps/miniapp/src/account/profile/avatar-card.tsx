import type { User } from '@repo/shared'
import { Button, View } from '@tarojs/components'
import { ActionButton } from '../../components/action-button.tsx'
import { Avatar } from '../../components/avatar.tsx'
import { Notice } from '../../components/error-message.tsx'
import { useAction } from '../../hooks/use-mutation.ts'
import { useText, useWords } from '../../i18n/index.ts'
import { confirm } from '../../lib/dialogs.ts'
import { ApiProblem, useSession } from '../../session/index.ts'
import { isStillLoggedIn, showAccepted } from '../lib/apply-profile-update.ts'
import './avatar-card.css'
import { pictureQueue } from './serial-queue.ts'
import { words as allWords } from './strings.ts'
import { usePortrait } from './use-avatar-upload.ts'

/** The pictures that the API makes lie in a folder of their own. */
const isGenerated = (url: string) => url.includes('/default-avatars/')

/** The person's picture. A press on it opens WeChat's own choice, which tells us of a picture and of nothing else. */
export function PortraitCard({ user }: { user: User }) {
  const { common } = useText()
  const words = useWords(allWords)
  const { session } = useSession()
  const portrait = usePortrait(user)
  const isSending = portrait.percent !== null
  const label = portrait.percent === null ? words.portrait.change : words.portrait.sending(portrait.percent)

  const removal = useAction(() =>
    pictureQueue(async () => {
      if (!isStillLoggedIn(session, user.id)) return
      const { avatarUrl } = await session.request('DELETE /v1/me/avatar', {})
      showAccepted(session, user.id, { avatarUrl })
    }),
  )

  async function remove(): Promise<void> {
    const { removeTitle, removeBody, removeConfirm } = words.portrait
    const question = {
      title: removeTitle,
      body: removeBody,
      confirm: removeConfirm,
      cancel: common.cancel,
    }
    if (await confirm(question)) await removal.run()
  }

  function choose(filePath: unknown): void {
    if (typeof filePath !== 'string' || filePath === '') return
    removal.clearError()
    void portrait.choose(filePath)
  }

  return (
    <View className="card portrait-card">
      <Button
        className="portrait-card__button"
        hoverClass="portrait-card__button--pressed"
        ariaLabel={label}
        // Not `disabled` meanwhile: WeChat would draw the button grey.
        {...(!isSending && !removal.isBusy && { openType: 'chooseAvatar' as const })}
        onChooseAvatar={({ detail }) => choose(detail.avatarUrl)}
      >
        <View className="portrait-card__picture">
          <Avatar url={portrait.url} isLarge />
        </View>
        <View className="portrait-card__label">{label}</View>
      </Button>
      <View className="portrait-card__track">
        {isSending && <View className="portrait-card__progress" style={{ width: `${portrait.percent}%` }} />}
      </View>
      {portrait.error !== null && (
        <View className="portrait-card__failure">
          <Notice error={portrait.error} words={tooLarge(portrait.error) ? words.portrait.tooLarge : null} />
          <ActionButton look="soft" label={words.portrait.retry} onPress={() => void portrait.retry()} />
        </View>
      )}
      {removal.error !== null && (
        <View className="portrait-card__failure">
          <Notice error={removal.error} />
        </View>
      )}
      {user.avatarUrl !== null && !isGenerated(user.avatarUrl) && !isSending && (
        <View className="portrait-card__remove">
          <ActionButton
            look="plain"
            label={words.portrait.remove}
            isBusy={removal.isBusy}
            onPress={() => void remove()}
          />
        </View>
      )}
    </View>
  )
}

const tooLarge = (error: unknown) => error instanceof ApiProblem && error.code === 'body_too_large'
