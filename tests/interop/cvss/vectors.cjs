// SPDX-License-Identifier: Apache-2.0
// CVSS vectors drawn from a seed, with every metric and value of the standards (3.1 table 15, 4.0 table 23).
//   node vectors.cjs SEED COUNT     COUNT vectors of each version, one a line
'use strict';

const BASE_31 = { AV: 'NALP', AC: 'LH', PR: 'NLH', UI: 'NR', S: 'UC', C: 'HLN', I: 'HLN', A: 'HLN' };
const MORE_31 = {
  E: 'XHFPU', RL: 'XUWTO', RC: 'XCRU', CR: 'XHML', IR: 'XHML', AR: 'XHML', MAV: 'XNALP', MAC: 'XLH', MPR: 'XNLH',
  MUI: 'XNR', MS: 'XUC', MC: 'XNLH', MI: 'XNLH', MA: 'XNLH',
};
const BASE_40 = {
  AV: 'NALP', AC: 'LH', AT: 'NP', PR: 'NLH', UI: 'NPA', VC: 'HLN', VI: 'HLN', VA: 'HLN', SC: 'HLN', SI: 'HLN',
  SA: 'HLN',
};
const MORE_40 = {
  E: 'XAPU', CR: 'XHML', IR: 'XHML', AR: 'XHML', MAV: 'XNALP', MAC: 'XLH', MAT: 'XNP', MPR: 'XNLH', MUI: 'XNPA',
  MVC: 'XNLH', MVI: 'XNLH', MVA: 'XNLH', MSC: 'XNLH', MSI: 'XNLHS', MSA: 'XNLHS', S: 'XNP', AU: 'XNY', R: 'XAUI',
  V: 'XDC', RE: 'XLMH',
  U: ['X', 'Clear', 'Green', 'Amber', 'Red'],
};

// mulberry32: the same numbers on every machine.
function generator(seed) {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function draw(random, version, base, more) {
  const parts = Object.entries(base).map(([metric, values]) => `${metric}:${values[random(values.length)]}`);
  const often = random(5); // of four: from base metrics alone to every metric
  for (const [metric, values] of Object.entries(more))
    if (random(4) < often) parts.push(`${metric}:${values[random(values.length)]}`);
  if (version === '3.1' && random(4) === 0) // any order is allowed
    for (let i = parts.length - 1; i > 0; i--) {
      const j = random(i + 1);
      [parts[i], parts[j]] = [parts[j], parts[i]];
    }
  return `CVSS:${version}/${parts.join('/')}`;
}

const [seed, count] = process.argv.slice(2).map(Number);
const random = generator(seed);
const lines = [];
for (let i = 0; i < count; i++) {
  lines.push(draw(random, '3.1', BASE_31, MORE_31));
  lines.push(draw(random, '4.0', BASE_40, MORE_40));
}
process.stdout.write(`${lines.join('\n')}\n`);
