// SPDX-License-Identifier: Apache-2.0
// node schemas.mjs DIR METADATA FEED: the schemas of OASIS, in DIR/json_schema, over a provider's metadata and its ROLIE feed.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const Ajv = require('ajv/dist/2020').default
const formats = require('ajv-formats').default
const [dir, metadata, feed] = process.argv.slice(2)
const read = file => JSON.parse(readFileSync(file, 'utf8'))
const schema = name => read(`${dir}/json_schema/${name}_json_schema.json`)
const ajv = new Ajv({ strict: false, allErrors: true })
formats(ajv)
// Documents refer to these three; neither metadata nor feed holds a score.
for (const version of ['cvss-v2.0', 'cvss-v3.0', 'cvss-v3.1']) ajv.addSchema({ $id: `https://www.first.org/cvss/${version}.json` })
ajv.addSchema(schema('csaf'))
let failed = 0
for (const [name, file] of [['provider', metadata], ['rolie_feed', feed]]) {
  const validate = ajv.compile(schema(name))
  if (validate(read(file))) continue
  console.log(file, validate.errors)
  failed = 1
}
process.exit(failed)
