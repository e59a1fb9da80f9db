// SPDX-License-Identifier: Apache-2.0
// Compare our holidays (the lines of holidays_table) with the public ones of date-holidays, Monday to Friday only: what
// falls on a weekend moves no deadline. A difference passes if a row below explains it; a row that explains nothing fails.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const Holidays = createRequire(import.meta.url)("date-holidays");
const FIRST = 2024, LAST = 2035, DAY = 86400000;
const CODES = "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split(" ");

// Country, who alone has the day, which days (our name, or their rule), and why.
const EXPLAINED = [
  ["BG", "ours", (d, name) => name.startsWith("*"),
    "Labour Code, Article 154(2): days in place of those that fall on a weekend; they have none since 2017"],
  ["BG", "ours", (d) => d.endsWith("-12-26"), "Labour Code, Article 154(1) names 24, 25 and 26 December"],
  ["CH", "theirs", (d, rule) => ["easter -2", "easter 1", "easter 50", "12-26"].includes(rule), "not in all cantons"],
  ["CY", "ours", (d, name) => name === "Green Monday", "48 days before Orthodox Easter; theirs is a Tuesday"],
  ["CY", "theirs", (d, rule) => rule === "orthodox -47", "a Tuesday, see above"],
  ["CY", "ours", (d, name) => name === "Pentecost Monday", "they have the Sunday only"],
  ["ES", "theirs", (d) => d === "2033-12-26", "regions choose what takes the place of a Sunday"],
  ["GR", "ours", (d) => d === "2024-05-07", "1 May 2024 lay in Holy Week and was moved by decree"],
  ["GR", "theirs", (d) => d === "2024-05-01", "see above"],
  ["IS", "ours", (d) => d === "2024-04-25" || d === "2030-04-25", "the Thursday after 18 April, which is one itself"],
  ["IS", "theirs", (d) => d === "2024-04-18" || d === "2030-04-18", "see above"],
  ["IS", "theirs", (d) => /-12-(24|31)$/.test(d), "from 13:00 only"],
  ["LI", "ours", (d) => /-(01-02|02-02|03-19|12-31|08-15|11-01)$/.test(d), "in the EEA's lists; theirs: no public holidays"],
  ["LI", "ours", (d, name) => name === "Shrove Tuesday", "in the EEA's lists; theirs: a bank holiday"],
  ["LI", "theirs", (d, rule) => rule === "easter 40" || rule === "easter 61", "bridges of the administration, not in all lists"],
  ["NL", "ours", (d) => d.endsWith("-05-05"), "Algemene termijnenwet, Article 3(1): every year, not every fifth"],
];

const weekday = (date) => ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());

function theirs(code, year) {
  const days = new Map();
  for (const h of new Holidays(code).getHolidays(year)) {
    if (h.type !== "public") continue;
    const first = Date.parse(`${h.date.slice(0, 10)}T00:00:00Z`), length = Math.max(1, Math.round((h.end - h.start) / DAY));
    for (let i = 0; i < length; i++) {
      const date = new Date(first + i * DAY).toISOString().slice(0, 10);
      if (weekday(date) && !days.has(date)) days.set(date, h.rule);
    }
  }
  return days;
}

const ours = new Map();
for (const line of readFileSync(process.argv[2], "utf8").trim().split("\n")) {
  const [, code, year, rest, name] = /^(..) (\d{4})-(\d\d-\d\d) (.*)$/.exec(line), key = `${code} ${year}`;
  if (!ours.has(key)) ours.set(key, new Map());
  if (weekday(`${year}-${rest}`)) ours.get(key).set(`${year}-${rest}`, name);
}

let bad = 0, same = 0;
const used = new Set();
function say(words) {
  console.log(words);
  bad++;
}
function differs(code, date, whose, words) {
  const row = EXPLAINED.find(([c, w, when]) => c === code && w === whose && when(date, words));
  if (row) used.add(row);
  else say(`${code} ${date} only ${whose}: ${words}`);
}
for (const code of CODES)
  for (let year = FIRST; year <= LAST; year++) {
    const a = ours.get(`${code} ${year}`) ?? new Map(), b = theirs(code, year);
    for (const [date, name] of a) if (b.has(date)) same++; else differs(code, date, "ours", name);
    for (const [date, rule] of b) if (!a.has(date)) differs(code, date, "theirs", rule);
  }
for (const row of EXPLAINED) if (!used.has(row)) say(`nothing is explained by: ${row[0]}, ${row[3]}`);
console.log(`${same} days the same, ${used.size} of ${EXPLAINED.length} explanations used, ${bad} unexplained`);
process.exit(bad || same < 3000 ? 1 : 0);
