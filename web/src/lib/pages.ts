// Which page is shown: kept in the address, so that a reload and the browser's own buttons keep to it.

export type Page = 'desk' | 'wall' | 'reports'

export function pageOf(hash: string): Page {
  return hash === '#wall' ? 'wall' : hash === '#reports' ? 'reports' : 'desk'
}
