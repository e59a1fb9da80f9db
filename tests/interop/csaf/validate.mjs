// SPDX-License-Identifier: Apache-2.0
// node validate.mjs FILE...: what @secvisogram/csaf-validator-lib says of CSAF documents, all in one process, for a start takes seconds. One
// line of JSON a file: {file, tests, errors, warnings, infos}; the last three are lists of [test, place]. Left out are the informative
// tests 6 and 7, which use the network, and 8, for which names of products are spelling mistakes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'

const require = createRequire(import.meta.url) // honours NODE_PATH
const load = name => import(pathToFileURL(require.resolve('@secvisogram/csaf-validator-lib/' + name)))
const [{ csaf_2_0_strict }, mandatory, optional, informative, { default: validate }] = await Promise.all(
  ['schemaTests.js', 'mandatoryTests.js', 'optionalTests.js', 'informativeTests.js', 'validate.js'].map(load))
const left = new Set(['informativeTest_6_3_6', 'informativeTest_6_3_7', 'informativeTest_6_3_8'])
const tests = [csaf_2_0_strict, ...Object.values(mandatory), ...Object.values(optional),
  ...Object.values(informative).filter(test => !left.has(test.name))]

const number = name => name.replace(/^[a-z]+Test_/, '').replaceAll('_', '.')
const pick = (result, kind) => result.tests.flatMap(test => test[kind].map(found => [number(test.name), found.instancePath]))
for (const file of process.argv.slice(2)) {
  const result = await validate(tests, JSON.parse(readFileSync(file, 'utf8')))
  console.log(JSON.stringify({ file: basename(file), tests: result.tests.length, errors: pick(result, 'errors'),
    warnings: pick(result, 'warnings'), infos: pick(result, 'infos') }))
}
