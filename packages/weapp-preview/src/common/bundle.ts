/** The JSON beside a page, a component or the app; the keys that the preview reads are read where they matter. */
export type StaticConfig = Readonly<Record<string, unknown>>

/** Values for the `@names` in app.json and page configurations, one set per theme. */
export type ThemeVariables = Readonly<Record<'light' | 'dark', Readonly<Record<string, string>>>>

/**
 * A built mini program in the form in which the phone takes it: `window.weappBundle`. Paths have no leading slash;
 * those of `configs`, `styles` and `templates` have no extension.
 */
export type Bundle = {
  appId: string
  version: string
  scripts: Readonly<Record<string, string>>
  configs: Readonly<Record<string, StaticConfig>>
  styles: Readonly<Record<string, string>>
  /** The class prefix of each component whose styles are its own. */
  styleScopes: Readonly<Record<string, string>>
  theme: ThemeVariables
  /** Every tag that the templates name; each must be a component, or its events are plain attributes. */
  tags: readonly string[]
  /** The origins in the bundle's code, each with the real one. */
  origins: Readonly<Record<string, string>>
  /** What the template compiler of glass-easel generates. */
  templates: Readonly<Record<string, unknown>>
}
