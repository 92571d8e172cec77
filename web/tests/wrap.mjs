// After a call: node web/tests/wrap.mjs URL, where URL is the server of tests/desk.rs.
// With DUET_SHOTS=folder it leaves pictures there.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { complaints, launch, open, readable, shot, telephone } from './helpers.mjs'

const url = process.argv[2]
assert(url, 'usage: node web/tests/wrap.mjs URL')
const { step, event } = telephone(url)

let browser
let page

before(async () => {
  browser = await launch()
  page = await open(browser, url)
})

after(() => browser?.close())

const sees = (text) => page.getByText(text, { exact: false }).first().waitFor()
const note = () => page.getByLabel('Notes').inputValue()

async function noteHas(text) {
  await page.waitForFunction((text) => document.getElementById('notes').value.includes(text), text)
}

/** A call that Anna had and that is over. */
async function talked(call) {
  await step('call', call)
  await sees('Your phone rings')
  await step('bridge', call)
  await sees('Continue here')
  await step('hang-up', call)
  await sees('Call ended')
}

test('the note begins with the whole call, in the language of the page', async () => {
  await page.getByLabel('User name').fill('anna')
  await page.getByLabel('Password').fill('correct horse')
  await page.keyboard.press('Enter')
  await sees('You are offline')
  await page.keyboard.press('Alt+KeyA')
  await sees('Ready for the next call')
  await talked('w1')
  await noteHas('The caller hung up.')
  assert.match(await note(), /^Maria Wiśniewska: parcel status\./)
  assert.match(await note(), /Anna Kowalska talked with the caller/)
  await sees('Draft from the record')
  await readable(page)
  await shot('20-after-call', page)
  await page.getByLabel('Language').selectOption('pl')
  await noteHas('Rozłącza się osoba dzwoniąca.')
  await page.getByLabel('Język').selectOption('en')
  await noteHas('The caller hung up.')
})

test('what the agent wrote is never written over, not by another language nor by a page loaded anew', async () => {
  await page.keyboard.press('Alt+KeyN')
  await page.keyboard.press('Control+End')
  await page.keyboard.type('\nZażółć: rings again')
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.getByLabel('Language').selectOption('pl')
  await sees('Zaczęte od szkicu')
  await page.getByLabel('Język').selectOption('en')
  const written = await note()
  assert.match(written, /Zażółć: rings again$/)
  await page.reload()
  await sees('Call ended')
  await sees('Begun from the draft')
  assert.equal(await note(), written)
})

test('a draft that was taken out comes back with one key, above what was written', async () => {
  await page.getByLabel('Notes').fill('Only mine')
  await page.getByRole('button', { name: 'Put the draft above' }).waitFor()
  assert.equal(await note(), 'Only mine')
  await page.keyboard.press('Alt+KeyR')
  assert.match(await note(), /^Maria.*The caller hung up\.\n\nOnly mine$/s)
  await page.getByText('Saved', { exact: true }).waitFor()
})

test('a minute more is one key, a page that is loaded anew keeps it, and after three there is none', async () => {
  const left = async () => {
    const [minutes, seconds] = (await page.locator('.end [role=timer]').textContent()).split(':').map(Number)
    return minutes * 60 + seconds
  }
  const before = await left()
  await page.keyboard.press('Alt+KeyZ')
  await page.waitForFunction((before) => {
    const [minutes, seconds] = document.querySelector('.end [role=timer]').textContent.split(':').map(Number)
    return minutes * 60 + seconds > before + 40
  }, before)
  await page.reload()
  await sees('Call ended')
  await page.getByRole('button', { name: 'More time' }).waitFor()
  assert((await left()) > before + 30)
  await page.getByRole('button', { name: 'More time' }).click()
  await page.getByRole('button', { name: 'More time' }).and(page.locator('[title*="1 times"]')).click()
  await page.getByRole('button', { name: 'More time' }).waitFor({ state: 'detached' })
})

test('a task is set with the keyboard, a time that is over is refused, and what was typed stays', async () => {
  await page.keyboard.press('Alt+KeyF')
  await page.keyboard.type('Send the invoice')
  await readable(page)
  await shot('21-follow-up', page)
  await page.getByLabel('When', { exact: true }).and(page.locator('input')).fill('2001-01-01T09:00')
  await page.getByRole('button', { name: 'Set it' }).click()
  await sees('Choose a time from now on')
  assert.equal(await page.getByLabel('What is to be done').inputValue(), 'Send the invoice')
  await page.getByRole('button', { name: 'Tomorrow at 9' }).click()
  await page.getByLabel('What is to be done').press('Enter')
  await page.getByText('✓ Task for me').waitFor()
  const set = await event('w1', 'follow_up_set')
  assert.deepEqual([set.by, set.agent, new Date(set.due).getHours()], ['anna', 'anna', 9])
  await page.keyboard.press('Alt+KeyF')
  await page.keyboard.press('Escape')
  assert.equal(await page.evaluate(() => document.activeElement.id), 'follow-up')
})

test('a call back is agreed where the line rings callers back', async () => {
  await page.keyboard.press('Alt+KeyF')
  await page.getByRole('radio', { name: 'Ring the caller back' }).check()
  await sees('Duet rings +48601234567 then')
  await page.getByRole('button', { name: 'In 3 h' }).click()
  await page.getByRole('button', { name: 'Set it' }).click()
  await page.getByText('✓ Ring the caller back').waitFor()
  const agreed = await event('w1', 'callback_agreed')
  assert.equal(agreed.number, '+48601234567')
  assert(agreed.due > Date.now() + 2 * 3_600_000)
})

test('a word to the bot is one click, or one key and Enter', async () => {
  await page.keyboard.press('Alt+KeyQ')
  await page.keyboard.press('Enter')
  const of = (of) => (event) => event.judgement.of === of
  assert.equal((await event('w1', 'bot_judged', of('should_handle'))).judgement.yes, true)
  const sooner = page.locator('.judge', { hasText: 'come sooner' })
  await sooner.getByRole('button', { name: 'No' }).click()
  await sooner.locator('[aria-pressed="true"]', { hasText: 'No' }).waitFor()
  assert.equal((await event('w1', 'bot_judged', of('sooner'))).judgement.yes, false)
  await page.getByLabel('What the caller said').selectOption({ index: 1 })
  await page.getByLabel('What was meant').selectOption('invoice')
  assert.equal((await event('w1', 'bot_judged', of('meant'))).judgement.topic, 'invoice')
  await sees('Noted for the bot')
  await readable(page)
  await shot('22-for-the-bot', page)
})

test('what is saved is what the agent made of the draft, and that is on record', async () => {
  await finish('solved')
  const wrapUp = await event('w1', 'wrap_up')
  assert.match(wrapUp.note, /^Maria.*Only mine$/s)
  assert.equal((await event('w1', 'draft_used')).how, 'edited')
})

test('open tasks are on the idle page, the overdue first, with their calls and a button to be done with them', async () => {
  await step('overdue', 'w1')
  await sees('overdue')
  const tasks = page.locator('section', { has: page.getByRole('heading', { name: 'To follow up' }) })
  assert.deepEqual(await tasks.locator('header strong').allTextContents(), ['Ask the depot', 'Send the invoice'])
  await tasks.getByRole('button', { name: 'The call' }).first().click()
  await tasks.locator('.topic', { hasText: 'parcel status' }).waitFor()
  await tasks.locator('dd', { hasText: 'Only mine' }).first().waitFor()
  await readable(page)
  await shot('23-tasks', page)
  await tasks.getByRole('button', { name: 'Done' }).first().click()
  await tasks.getByText('Ask the depot').waitFor({ state: 'detached' })
  assert.equal((await event('w1', 'follow_up_done')).by, 'anna')
  await tasks.getByText('Send the invoice').waitFor()
})

test('a draft that is right is kept with a code and nothing else', async () => {
  await talked('w2')
  await noteHas('The caller hung up.')
  await finish('other')
  assert.equal((await event('w2', 'draft_used')).how, 'as_is')
})

/** Saves the wrap-up with the first code that is found. */
async function finish(code) {
  await page.keyboard.press('Alt+KeyW')
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await sees('Ready for the next call')
}

test('the page complained of nothing', () => {
  assert.deepEqual(complaints, [])
})
