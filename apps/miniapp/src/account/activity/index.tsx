import { View } from '@tarojs/components'
import { Loaded } from '../../components/loaded.tsx'
import { useResource } from '../../components/use-resource.ts'
import { useSession } from '../../session/index.ts'
import { useText, useWords } from '../../text/index.ts'
import { useReturn } from '../../use-return.ts'
import { RequireLogin } from '../require-login.tsx'
import { Screen } from '../screen.tsx'
import { Skeleton } from '../skeleton.tsx'
import { Event } from './event.tsx'
import { words } from './words.ts'

/** What has happened to one's account, the newest first. The pattern of a page that needs login. */
export default function ActivityPage() {
  const { me } = useText()
  const { why } = useWords(words)
  return (
    <Screen title={me.activity}>
      <RequireLogin why={why}>{() => <Activity />}</RequireLogin>
    </Screen>
  )
}

function Activity() {
  const { empty } = useWords(words)
  const { session } = useSession()
  const activity = useResource(() => session.load('GET /v1/me/login-events', {}))
  useReturn(activity.reload)

  return (
    <Loaded resource={activity} skeleton={<Skeleton rows={6} />}>
      {({ events }) =>
        events.length === 0 ? (
          <View className="card">{empty}</View>
        ) : (
          <View className="card card--rows">
            {events.map((event) => (
              <Event key={event.id} event={event} />
            ))}
          </View>
        )
      }
    </Loaded>
  )
}
