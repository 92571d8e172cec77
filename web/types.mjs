// src/lib/api.ts from the description of the API, which a test of the server keeps true:
// node types.mjs writes it, node types.mjs --check says whether it is current.

import { readFileSync, writeFileSync } from 'node:fs'
import openapiTS, { astToString } from 'openapi-typescript'

const snapshot = new URL('../src/api/snapshots/duet__api__tests__the_description_changes_only_on_purpose.snap', import.meta.url)
const target = new URL('src/lib/api.ts', import.meta.url)
const description = JSON.parse(readFileSync(snapshot, 'utf8').split(/^---$/m)[2])
// Only what the page speaks of: the desk's messages and the reports, and what these are made of.
const wanted = new Set(['ToBrowser', 'FromBrowser', 'Report', 'CallsBehind', 'CallStory'])
const used = new Set()
const queue = [...wanted]
while (queue.length) {
  const name = queue.pop()
  if (used.has(name)) continue
  used.add(name)
  const found = JSON.stringify(description.components.schemas[name]).matchAll(/#\/components\/schemas\/([^"]+)"/g)
  queue.push(...[...found].map(([, other]) => other))
}
/** The server leaves nothing out: what may be null is there all the same. */
function whole(schema) {
  if (typeof schema !== 'object' || schema === null) return
  const nullable = ({ type, oneOf }) => [type].flat().includes('null') || oneOf?.some(({ type }) => type === 'null')
  const there = Object.entries(schema.properties ?? {}).filter(([, property]) => nullable(property))
  if (there.length) schema.required = [...new Set([...(schema.required ?? []), ...there.map(([name]) => name)])]
  Object.values(schema).forEach(whole)
}
whole(description.components.schemas)
const schemas = Object.fromEntries(Object.entries(description.components.schemas).filter(([name]) => used.has(name)))
const ast = await openapiTS(
  { openapi: description.openapi, info: description.info, paths: {}, components: { schemas } },
  { rootTypes: true, rootTypesNoSchemaPrefix: true },
)
const text = `// Made by \`npm run types\` from the server's types: do not edit.\n${astToString(ast)}`
if (!process.argv.includes('--check')) {
  writeFileSync(target, text)
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('web/src/lib/api.ts is not what the server speaks: run `npm run types` in web/')
  process.exit(1)
}
