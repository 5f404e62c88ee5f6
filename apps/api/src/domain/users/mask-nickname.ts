/** The first letter as people count letters, so that an emoji stays whole: what another user may see of a nickname. */
export function maskNickname(nickname: string): string {
  const [first] = new Intl.Segmenter().segment(nickname)
  return `${first?.segment ?? ''}**`
}
