// What may be done with the call just now, for its buttons and for the keyboard alike.

import { desk, type Panel } from './desk.svelte'
import { focus } from './keys'
import { phone } from './phone.svelte'
import type { Command } from './protocol'
import { chatWords } from './words.chat'
import { fill, ui } from './words.svelte'

/** Ends of a call and silence of one's own, while this page is the telephone. */
export function phoneActions(): Action[] {
  const card = desk.card
  if (phone.state !== 'ready' || !card || !desk.talks) return []
  const w = ui.words
  return [
    { id: 'mute', key: 'U', label: phone.muted ? w.unmute : w.mute, pressed: phone.muted, run: () => phone.mute() },
    opens('keypad', 'Y', w.keypad),
    { id: 'hang-up', key: 'E', label: w.hangUp, bad: true, run: () => phone.hangUp(card.call_id) },
  ]
}

export interface Action {
  id: string
  /** With Alt, by the place of the key. */
  key: string
  label: string
  main?: boolean
  /** Ends something. */
  bad?: boolean
  /** On or off, where it is a switch. */
  pressed?: boolean
  /** What it opens, when it is not done at once. */
  panel?: Panel
  /** The command after which it is busy. */
  waits?: Command['do']
  run: () => void
}

function does(id: string, key: string, label: string, command: Command, main = false): Action {
  return { id, key, label, main, waits: command.do, run: () => desk.command(command) }
}

function opens(panel: Panel, key: string, label: string, waits?: Command['do']): Action {
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

/** What is done with ears has no place in a chat. */
function chatActions(): Action[] {
  const w = ui.words
  const end = does('end', 'E', chatWords[ui.language].end, { do: 'end' })
  return [
    opens('transfer', 'X', w.transfer, 'transfer'),
    opens('bot', 'B', w.backToBot, 'back_to_bot'),
    { ...end, bad: true },
  ]
}

/** None while the call is not one's own: who is asked for advice only talks. */
export function callActions(): Action[] {
  const w = ui.words
  const table = desk.table
  if (desk.stage === 'bridged' && desk.written) return chatActions()
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
