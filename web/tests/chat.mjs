// A visitor's widget and an agent's desk, in two browser profiles: node web/tests/chat.mjs DESK CHAT, where both are
// addresses of the node of tests/chat.rs. With DUET_SHOTS=folder it leaves pictures there.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { complaints, faults, launch, open, readable, shot } from './helpers.mjs'

const [desk, chat] = process.argv.slice(2)
assert(desk && chat, 'usage: node web/tests/chat.mjs DESK CHAT')
const shots = process.env.DUET_SHOTS

let browser
let anna
let visitor

/** The page that carries the widget. */
async function visits(language, viewport = { width: 1000, height: 760 }) {
  const context = await browser.newContext({ viewport, locale: 'en-GB', colorScheme: 'light' })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${chat}/chat?lang=${language}`)
  return page
}

before(async () => {
  browser = await launch()
  anna = await open(browser, desk)
  await anna.getByLabel('User name').fill('anna')
  await anna.getByLabel('Password').fill('correct horse battery')
  await anna.keyboard.press('Enter')
  await anna.getByText('You are offline').waitFor()
  await anna.keyboard.press('Alt+KeyA')
  await anna.getByText('Ready for the next call').waitFor()
  visitor = await visits('en')
})

after(() => browser?.close())

const log = (page = visitor) => page.getByRole('log')
/** Waits for words of somebody else on the visitor's screen. */
const reads = (text, page = visitor) => log(page).locator('.row:not(.visitor)', { hasText: text }).last().waitFor()
const status = (page = visitor) => page.getByRole('status').first()

async function says(text, page = visitor) {
  await page.getByRole('textbox').fill(text)
  await page.keyboard.press('Enter')
  await log(page).locator('.visitor:not(.unsent)', { hasText: text }).last().waitFor()
}

async function picture(name, page = visitor) {
  if (!shots) return
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: `${shots}/${name}-${colorScheme}.png` })
  }
}

test('the bot says what it is and answers a question with digits as people write them', async () => {
  await visitor.getByRole('button', { name: 'Chat with us' }).click()
  await reads('automated assistant')
  assert.equal(await visitor.evaluate(() => document.activeElement.shadowRoot.activeElement.tagName), 'TEXTAREA')
  await says('Where is my parcel?')
  await reads(/eight digits/)
  await says('12345678')
  await reads('1234 5678')
  await says('yes')
  await reads(/depot/)
  await picture('40-chat-bot')
  assert.deepEqual(await faults(visitor), [])
})

test('a page that loads anew goes on with the same chat', async () => {
  await visitor.reload()
  await reads(/depot/)
  assert.equal(await log().locator('.visitor').count(), 3)
  await visitor.keyboard.press('Escape')
  await visitor.getByRole('button', { name: 'Chat with us' }).click()
  await reads(/depot/)
})

test('whoever wants a person is told that one comes, and the agent sees the card before answering', async () => {
  await visitor.getByRole('button', { name: 'Talk to a person' }).click()
  await status().getByText('A person has been called').waitFor()
  assert.equal(await visitor.getByRole('button', { name: 'Talk to a person' }).isVisible(), false)
  await anna.getByText('Incoming chat').first().waitFor()
  await anna.getByText('You answer here, without a phone.').waitFor()
  await anna.getByText('Visitor without a name').first().waitFor()
  await anna.getByText('Asks for a person').first().waitFor()
  await picture('41-chat-waiting')
  await shot('42-desk-incoming-chat', anna)
  await readable(anna)
})

test('both write, each sees that the other does, and nothing of it is lost', async () => {
  await anna.keyboard.press('Alt+KeyS')
  await anna.getByText('You write with the visitor').waitFor()
  await status().getByText('You are talking to Anna').waitFor()
  await reads(/Anna/)
  assert.equal(await anna.evaluate(() => document.activeElement.id), 'composer')
  await anna.keyboard.type('Hello, I can see your parcel')
  await visitor.getByText('Anna is writing').waitFor()
  await anna.keyboard.press('Shift+Enter')
  await anna.keyboard.type('What shall I do?')
  await anna.keyboard.press('Enter')
  await reads('What shall I do?')
  for (let n = 1; n <= 5; n++) await says(`Please bring it to number ${n}`)
  await anna.locator('.line.caller', { hasText: 'to number 5' }).waitFor()
  const lines = await anna.locator('.line.caller', { hasText: 'Please bring it' }).allInnerTexts()
  assert.deepEqual(lines.map((line) => line.at(-1)), ['1', '2', '3', '4', '5'])
  await picture('43-chat-agent')
  await shot('44-desk-chat', anna)
  await readable(anna)
  assert.deepEqual(await faults(visitor), [])
})

test('an agent whose page loads anew still has the chat, and the visitor hears nothing of it', async () => {
  const before = await log().locator('.row').count()
  await anna.reload()
  await anna.getByText('You write with the visitor').waitFor()
  await anna.locator('#composer').fill('I am still here')
  await anna.keyboard.press('Enter')
  await reads('I am still here')
  assert.equal(await log().locator('.row').count(), before + 1)
})

test('a closed window counts what is new', async () => {
  await visitor.keyboard.press('Escape')
  await anna.locator('#composer').fill('One more thing')
  await anna.keyboard.press('Enter')
  await visitor.getByRole('button', { name: '1 new' }).click()
  await reads('One more thing')
})

test('the agent ends the chat and wraps it up, and the visitor may begin anew', async () => {
  await anna.keyboard.press('Alt+KeyE')
  await anna.getByText('Chat ended').waitFor()
  await visitor.getByRole('button', { name: 'Start a new chat' }).waitFor()
  await picture('45-chat-over')
  await shot('46-desk-chat-wrap-up', anna)
  await anna.keyboard.press('Alt+KeyW')
  await anna.keyboard.type('solved')
  await anna.keyboard.press('Enter')
  await anna.keyboard.press('Enter')
  await anna.getByText('Ready for the next call').waitFor()
  await visitor.getByRole('button', { name: 'Start a new chat' }).click()
  await reads('automated assistant')
  assert.equal(await log().locator('.visitor').count(), 0)
})

test('the same in Polish and Romanian, on a telephone', async () => {
  for (const [language, button, question, answer] of [
    ['pl', 'Napisz do nas', 'Gdzie jest moja paczka?', /cyfr/],
    ['ro', 'Scrieți-ne', 'Unde este coletul meu?', /cifre/],
  ]) {
    const page = await visits(language, { width: 390, height: 760 })
    await page.getByRole('button', { name: button }).click()
    await reads(/asistent|asystent|automat/, page)
    await says(question, page)
    await reads(answer, page)
    await picture(`47-chat-${language}`, page)
    await page.context().close()
  }
})

test('no page complained', () => assert.deepEqual(complaints, []))
