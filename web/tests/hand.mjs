// A supervisor's hand in the bot's calls, and an agent's help: node web/tests/hand.mjs URL, where URL is the server of
// tests/desk.rs. With DUET_SHOTS=folder it leaves pictures there.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { complaints, launch, open, readable, shot, telephone } from './helpers.mjs'

const url = process.argv[2]
assert(url, 'usage: node web/tests/hand.mjs URL')
const { step, event } = telephone(url)

let browser
let ewa
let anna

async function login(page, user) {
  await page.getByLabel('User name').fill(user)
  await page.getByLabel('Password').fill('correct horse')
  await page.keyboard.press('Enter')
  await page.getByText('You are offline').waitFor()
}

before(async () => {
  browser = await launch()
  ewa = await open(browser, url)
  await login(ewa, 'ewa')
})

after(() => browser?.close())

const waiting = () => ewa.getByRole('region', { name: /^Replies that wait/ }).getByRole('listitem')

test('a line that a supervisor types is said by the bot, and the conversation shows whose it is', async () => {
  await ewa.keyboard.press('Alt+KeyM')
  await step('bot', 'b1')
  await ewa.locator('tbody button').first().click()
  await ewa.getByRole('region', { name: 'A hand in the call' }).waitFor()
  await ewa.keyboard.press('Alt+KeyS')
  await ewa.keyboard.type('Przepraszamy za opóźnienie.')
  await ewa.keyboard.press('Enter')
  await ewa.getByText('Said at the next gap.').waitFor()
  const line = ewa.locator('.line.bot', { hasText: 'Przepraszamy za opóźnienie.' })
  await line.getByText('typed by you').waitFor()
  assert.equal((await event('b1', 'steered')).by, 'ewa')
})

test('a fact that is given is among the known ones', async () => {
  await ewa.getByLabel('Give a fact').selectOption({ label: 'parcel number' })
  await ewa.getByLabel('Value').fill('12')
  await ewa.keyboard.press('Enter')
  await ewa.getByRole('alert').getByText('“12” fits nothing that the topic asks for.').waitFor()
  await ewa.getByLabel('Value').fill('12345678')
  await ewa.keyboard.press('Enter')
  const filled = await event('b1', 'slot_filled', ({ value }) => value === '12345678')
  assert.deepEqual([filled.slot, filled.source, filled.verified], ['parcel_number', 'supervisor', true])
  await readable(ewa)
  await shot('20-steer', ewa)
})

test('a reply that waits is on the wall in large letters, and one key lets it through', async () => {
  await step('propose', 'b1')
  await waiting().getByText('Paczka jest w sortowni').waitFor()
  await ewa.getByText(/\d+ s left/).waitFor()
  await readable(ewa)
  await shot('21-reply-waits', ewa)
  await ewa.keyboard.press('Alt+KeyY')
  const ruled = await event('b1', 'reply_ruled')
  assert.deepEqual([ruled.ruling, ruled.by], ['approved', 'ewa'])
  await waiting().first().waitFor({ state: 'detached' })
})

test('several replies are a list, one is said in other words and one is denied with the reason', async () => {
  await step('bot', 'b2')
  await step('propose', 'b2')
  await waiting().first().waitFor()
  await step('propose-again', 'b1')
  await waiting().nth(1).waitFor()
  await shot('22-replies', ewa)
  await ewa.keyboard.press('Alt+KeyE')
  const field = ewa.getByLabel('Say this instead')
  assert.match(await field.inputValue(), /^Paczka jest w sortowni/)
  await readable(ewa)
  await field.fill('Paczka będzie jutro.')
  await shot('23-edit', ewa)
  await ewa.keyboard.press('Enter')
  const edited = await event('b2', 'reply_ruled')
  assert.deepEqual([edited.ruling, edited.text], ['edited', 'Paczka będzie jutro.'])
  await waiting().nth(1).waitFor({ state: 'detached' })
  await waiting().getByRole('button', { name: /^Deny/ }).click()
  await ewa.getByLabel('Why not (the agent reads it)').fill('nie ta paczka')
  await ewa.keyboard.press('Enter')
  const denied = await event('b1', 'reply_ruled', ({ id }) => id === 2)
  assert.deepEqual([denied.ruling, denied.text], ['denied', 'nie ta paczka'])
})

test('Escape leaves the writing and not the call, and a reply that nobody reads leaves the wall by itself', async () => {
  await step('propose-short', 'b2')
  await waiting().first().waitFor()
  await ewa.keyboard.press('Alt+KeyR')
  await ewa.getByLabel('Why not (the agent reads it)').waitFor()
  await ewa.keyboard.press('Escape')
  await ewa.getByRole('button', { name: /^Approve/ }).waitFor()
  await ewa.getByText('This look is in the audit trail').waitFor()
  await waiting().first().waitFor({ state: 'detached' })
  assert.equal((await event('b2', 'reply_ruled', ({ id }) => id === 3)).ruling, 'timed_out')
})

test('a call is taken over: the card is there, the phone rings, and it may be given back', async () => {
  await ewa.keyboard.press('Escape')
  await ewa.locator('tbody tr', { hasText: 'Bot' }).getByRole('button').first().click()
  await ewa.getByRole('button', { name: 'Take the call over' }).click()
  await ewa.getByText('Your phone rings').waitFor()
  await ewa.getByRole('heading', { name: 'Maria Wiśniewska' }).waitFor()
  await readable(ewa)
  await shot('24-taking-over', ewa)
  await step('ewa-picks-up', 'b2')
  await ewa.getByText('You talk with the caller').waitFor()
  assert.equal((await event('b2', 'taken_over')).by, 'ewa')
  await ewa.keyboard.press('Alt+KeyB')
  await ewa.getByLabel('What you agreed with the caller').fill('jutro do 16')
  await ewa.keyboard.press('Control+Enter')
  await ewa.getByText('Call ended').waitFor()
  assert.equal((await event('b2', 'returned_to_bot')).why, 'agent_done')
  await ewa.keyboard.press('Alt+KeyW')
  await ewa.keyboard.type('solved')
  await ewa.keyboard.press('Enter')
  await ewa.keyboard.press('Enter')
  await ewa.getByText('You are offline').waitFor()
})

test('an agent sees who watches, what to ask next, and a passage for what is being said', async () => {
  anna = await open(browser, url)
  await login(anna, 'anna')
  await anna.keyboard.press('Alt+KeyA')
  await step('call', 'c1')
  await anna.getByText('Your phone rings').waitFor()
  await step('bridge', 'c1')
  await anna.getByRole('heading', { name: 'Next: ask for parcel number' }).waitFor()
  await ewa.keyboard.press('Alt+KeyM')
  await ewa.getByLabel('Live calls: Search').fill('Kowalska')
  await ewa.locator('tbody button').first().click()
  await anna.getByText('Ewa Zielińska watches').waitFor()
  assert.equal(await ewa.getByRole('button', { name: 'Take the call over' }).count(), 0, 'a person has it')
  await step('asks', 'c1')
  await anna.locator('.assist .passage').first().waitFor()
  await readable(anna)
})

test('a promise that the policy forbids is warned of, help is judged, copied into the note and dismissed', async () => {
  await step('promises', 'c1')
  await anna.getByRole('alert').getByText('Careful: you must not promise this').waitFor()
  await readable(anna)
  await shot('25-help', anna)
  const passage = anna.locator('.assist .passage').first()
  const heading = await passage.getByRole('heading').textContent()
  await passage.getByRole('button', { name: 'Helpful', exact: true }).click()
  const judged = await event('c1', 'assist_judged')
  assert.deepEqual([judged.kind, judged.useful, judged.agent], ['passage', true, 'anna'])
  await passage.getByRole('button', { name: 'Into the note' }).click()
  assert((await anna.getByLabel('Notes').inputValue()).startsWith(heading))
  const before = await anna.locator('.assist li').count()
  await passage.getByRole('button', { name: 'Dismiss' }).click()
  await anna.getByText('Saved', { exact: true }).waitFor()
  await anna.reload()
  await anna.getByRole('alert').getByText('Careful').waitFor()
  assert.equal(await anna.locator('.assist li').count(), before - 1, 'what was dismissed stays away')
  await anna.getByText('Ewa Zielińska watches').waitFor()
  await ewa.keyboard.press('Escape')
  await anna.getByText('Ewa Zielińska watches').waitFor({ state: 'detached' })
})

test('every hand is in the audit trail', async () => {
  const trail = await (await fetch(`${url}/test/audit`)).json()
  const actions = new Set(trail.map(([, action]) => action))
  for (const action of [
    'steered',
    'fact_given',
    'reply_approved',
    'reply_edited',
    'reply_denied',
    'call_taken_over',
  ]) {
    assert(actions.has(action), action)
  }
})

test('the page broke no rule of its own policy', () => {
  assert.deepEqual(complaints, [])
})
