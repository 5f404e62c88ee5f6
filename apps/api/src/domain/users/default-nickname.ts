import { createHash } from 'node:crypto'

const traits =
  '爱笑的 安静的 勤快的 温柔的 好奇的 勇敢的 机灵的 悠闲的 开朗的 认真的 淘气的 热心的 从容的 晒太阳的 赶早的 爱唱歌的'.split(
    ' ',
  )
const beings =
  '小鹿 松鼠 海豚 云雀 白鹭 刺猬 熊猫 萤火虫 小象 猫头鹰 银杏 向日葵 蒲公英 麦穗 山茶 青竹'.split(' ')

/** A friendly name for somebody who has not chosen one, such as 爱笑的小鹿 4821: always the same for the same id. */
export function defaultNickname(userId: string): string {
  const hash = createHash('sha256').update(`nickname ${userId}`).digest()
  const number = 1000 + (hash.readUInt32BE(2) % 9000)
  return `${traits[hash.readUInt8(0) % traits.length]}${beings[hash.readUInt8(1) % beings.length]} ${number}`
}

/** Whether the nickname is one of their own. */
export const hasChosenNickname = ({ id, nickname }: { id: string; nickname: string | null }): boolean =>
  nickname !== null && nickname !== defaultNickname(id)
