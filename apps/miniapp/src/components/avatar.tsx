import { Image, View } from '@tarojs/components'
import './avatar.css'

/** A person's picture, or a neutral figure for whoever has none. */
export function Avatar({ url }: { url: string | null }) {
  return (
    <View className="avatar">
      {url ? (
        <Image className="avatar__picture" src={url} mode="aspectFill" />
      ) : (
        <>
          <View className="avatar__head" />
          <View className="avatar__shoulders" />
        </>
      )}
    </View>
  )
}
