import { Image, View } from '@tarojs/components'
import './avatar.css'

/** The user's avatar, or a placeholder without one. */
export function Avatar({ url, isLarge = false }: { url: string | null; isLarge?: boolean }) {
  return (
    <View className={`avatar${isLarge ? ' avatar--large' : ''}`}>
      {url ? (
        <Image className="avatar__image" src={url} mode="aspectFill" />
      ) : (
        <>
          <View className="avatar__head" />
          <View className="avatar__shoulders" />
        </>
      )}
    </View>
  )
}
