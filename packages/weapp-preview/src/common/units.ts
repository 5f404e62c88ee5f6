/** Texts and addresses in CSS, in which nothing may be replaced. */
const literals = /(url\([^)]*\)|"[^"]*"|'[^']*')/

/**
 * Replaces what only WeChat knows in CSS declarations. `rpx` is 1/750 of the screen's width. A page of WeChat is a
 * web view between the bars: its `vh` is that of the page, which here is a size container.
 */
export function convertUnits(declarations: string): string {
  return declarations
    .split(literals)
    .map((text, index) => (index % 2 === 1 ? text : convert(text)))
    .join('')
}

function convert(text: string): string {
  return text
    .replace(/(-?(?:\d+\.?\d*|\.\d+))rpx\b/g, (_, number: string) => `${round(Number(number) / 7.5)}vw`)
    .replace(/(-?(?:\d+\.?\d*|\.\d+))vh\b/g, '$1cqh')
    .replace(
      /env\(\s*safe-area-inset-(top|right|bottom|left)\s*(?:,[^)]*)?\)/g,
      'var(--safe-area-inset-$1, 0px)',
    )
}

const round = (value: number): number => Math.round(value * 1e6) / 1e6
