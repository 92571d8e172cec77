// Which page is shown: kept in the address, so that a reload and the browser's own buttons keep to it.

export type Page = 'desk' | 'wall'

export function pageOf(hash: string): Page {
  return hash === '#wall' ? 'wall' : 'desk'
}
