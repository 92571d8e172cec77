// Alt and a letter, by the place of the key so that no layout changes it.

const MAC = navigator.platform.startsWith('Mac')

/** Runs the action of an Alt shortcut; `actions` is by `KeyboardEvent.code`. */
export function onShortcut(event: KeyboardEvent, actions: Record<string, () => void>) {
  // AltGr, which types Polish and Romanian letters, arrives as Ctrl+Alt on Windows and as Option on a Mac.
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat) return
  const typing = event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement
  const action = actions[event.code]
  if (!action || (MAC && typing)) return
  event.preventDefault()
  action()
}

export function focus(id: string) {
  document.getElementById(id)?.focus()
}
