// SPDX-License-Identifier: Apache-2.0
// Answers of `pellucid cvss - --json` against two libraries of other people.
//   node compare.cjs VECTORS ANSWERS     one vector and one answer a line; exit 1 if one differs unexplained
//
// ae-cvss-calculator must agree in everything: base, temporal or threat, environmental and overall score, MacroVector,
// nomenclature, canonical spelling. cvss4 1.0.7 differs for two reasons, both its own:
//  - From EQ3 = 1 with EQ6 = 1 it looks for the next lower MacroVector at 22 instead of 21 (4.0 section 8.2, table 30),
//    finds none, and leaves EQ3 and EQ6 out of the mean.
//  - It rounds doubles: what is exactly half a tenth may come out one tenth lower.
'use strict';
const fs = require('node:fs');
const { Cvss3P1, Cvss4P0 } = require('ae-cvss-calculator');
const { calculateBaseScoreV4 } = require('cvss4');

const [vectors, answers] = process.argv.slice(2).map((name) => fs.readFileSync(name, 'utf8').trim().split('\n'));
const count = { vectors: 0, scores: 0, differing: 0, missing_21: 0, halves: 0 };

function same(vector, what, ours, theirs) {
  count.scores++;
  if (ours === theirs) return;
  count.differing++;
  if (count.differing <= 20) console.log(`${vector}\n  ${what}: ${ours}, elsewhere ${theirs}`);
}

function compare_31(vector, a, theirs) {
  const temporal = a.scores.temporal !== undefined, environmental = a.scores.environmental !== undefined;
  same(vector, 'base', a.scores.base, theirs.base);
  same(vector, 'temporal', a.scores.temporal, theirs.temporal);
  same(vector, 'environmental', a.scores.environmental, theirs.environmental);
  if (!temporal && !environmental) same(vector, 'score without more', a.score, a.scores.base);
}

// Returns by how many tenths cvss4 differs, 0 where that is explained.
function second_opinion(vector, a) {
  const tenths = Math.round(10 * a.score) - Math.round(10 * calculateBaseScoreV4(vector));
  if (tenths !== 0 && a.macroVector[2] === '1' && a.macroVector[5] === '1') count.missing_21++;
  else if (tenths === 1) count.halves++;
  else return tenths;
  return 0;
}

function compare_40(vector, a, calculator, theirs) {
  same(vector, 'base', a.scores.base, theirs.baseMetricsOnly);
  same(vector, 'threat', a.scores.threat, theirs.threat);
  same(vector, 'environmental', a.scores.environmental, theirs.environmental);
  same(vector, 'nomenclature', a.nomenclature, calculator.getNomenclature());
  same(vector, 'MacroVector', a.macroVector, calculator.getMacroVector().toString());
  same(vector, 'cvss4', second_opinion(vector, a), 0);
}

// The vector without metrics that are not defined, in the standard's order, which the library keeps.
function canonical(calculator) {
  return calculator.toString().split('/').filter((part) => !part.endsWith(':X')).join('/');
}

if (vectors.length !== answers.length) throw new Error(`${vectors.length} vectors, ${answers.length} answers`);
vectors.forEach((vector, i) => {
  const a = JSON.parse(answers[i]);
  const calculator = vector.startsWith('CVSS:3.1') ? new Cvss3P1(vector) : new Cvss4P0(vector);
  const theirs = calculator.calculateScores();
  count.vectors++;
  same(vector, 'score', a.score, theirs.overall);
  same(vector, 'spelling', a.vector, canonical(calculator));
  if (a.version === '3.1') compare_31(vector, a, theirs);
  else compare_40(vector, a, calculator, theirs);
});
console.log(`${count.vectors} vectors, ${count.scores} answers, ${count.differing} differ; ` +
  `cvss4: ${count.missing_21} without MacroVector 21, ${count.halves} halves rounded down`);
// The halves are rare: about one vector in 250. Many would be something else.
process.exit(count.differing || count.vectors === 0 || count.halves * 100 > count.vectors ? 1 : 0);
