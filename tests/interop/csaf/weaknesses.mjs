// SPDX-License-Identifier: Apache-2.0
// node weaknesses.mjs FILE: are the lines NUMBER<tab>NAME those of the enumeration that the validator brings?
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url)
const { weaknesses } = await import(pathToFileURL(require.resolve('@secvisogram/csaf-validator-lib/cwe.js')))
const names = new Map(weaknesses.map(w => [w.id, w.name]))
const lines = readFileSync(process.argv[2], 'utf8').trim().split('\n').map(line => line.split('\t'))
const wrong = lines.filter(([id, name]) => names.get(id) !== name)
for (const [id, name] of wrong) console.log(id, name, 'is', names.get(id))
process.exit(wrong.length || lines.length < 100 ? 1 : 0)
