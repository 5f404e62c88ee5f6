import type { ComponentProps } from 'react'
import { Screen as AnyScreen } from '../components/screen.tsx'
import { TextContext, useText, useWords } from '../text/index.ts'
import { problems } from './problems.ts'

/** The screen of this sub-package's pages: what is in it has words for the problems that only they meet. */
export function Screen(props: ComponentProps<typeof AnyScreen>) {
  const text = useText()
  const more = useWords(problems)
  return (
    <TextContext.Provider value={{ ...text, problems: { ...text.problems, ...more } }}>
      <AnyScreen {...props} />
    </TextContext.Provider>
  )
}
