import { Image, View } from '@tarojs/components'
import './avatar.css'

/** A person's picture, or a neutral figure for whoever has none. */
export function Avatar({ url, isLarge = false }: { url: string | null; isLarge?: boolean }) {
  return (
    <View className={`avatar${isLarge ? ' avatar--large' : ''}`}>
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
