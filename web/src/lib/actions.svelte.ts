// What may be done with the call just now, for its buttons and for the keyboard alike.

import { desk, type Panel } from './desk.svelte'
import { focus } from './keys'
import type { Command } from './protocol'
import { fill, ui } from './words.svelte'

export interface Action {
  id: string
  /** With Alt, by the place of the key. */
  key: string
  label: string
  main?: boolean
  /** What it opens, when it is not done at once. */
  panel?: Panel
  /** The command after which it is busy. */
  waits: Command['do']
  run: () => void
}

function does(id: string, key: string, label: string, command: Command, main = false): Action {
  return { id, key, label, main, waits: command.do, run: () => desk.command(command) }
}

function opens(panel: Panel, key: string, label: string, waits: Command['do']): Action {
  const run = () => {
    desk.refusal = null
    if (desk.panel === panel) closePanel()
    else desk.panel = panel
  }
  return { id: panel, key, label, panel, waits, run }
}

/** Back to the button that opened it. */
export function closePanel() {
  const id = desk.panel
  desk.panel = null
  if (id) focus(`call-${id}`)
}

/** None while the call is not one's own: who is asked for advice only talks. */
export function callActions(): Action[] {
  const w = ui.words
  const table = desk.table
  if (desk.stage !== 'bridged' || !table || table.agent.id !== desk.agent?.id) return []
  const name = table.colleague?.name ?? ''
  const give = does('give', 'G', fill(w.giveTo, { name }), { do: 'complete_transfer' })
  const others = [
    opens('consult', 'K', w.consult, 'consult'),
    opens('transfer', 'X', w.transfer, 'transfer'),
    opens('bot', 'B', w.backToBot, 'back_to_bot'),
  ]
  switch (table.seating) {
    case 'talking':
      return [does('hold', 'H', w.hold, { do: 'hold' }), ...others]
    case 'held':
      return [does('hold', 'H', w.retrieve, { do: 'retrieve' }, true), ...others]
    case 'ringing':
      return [does('hold', 'H', w.retrieve, { do: 'end_consult' }, true), give]
    case 'consulting':
      return [
        does('hold', 'H', w.retrieve, { do: 'end_consult' }, true),
        does('three', 'J', w.allThree, { do: 'conference' }),
        give,
      ]
    case 'conference':
      return [does('hold', 'H', fill(w.without, { name }), { do: 'end_consult' }), give]
  }
}
