// SPDX-License-Identifier: Apache-2.0
// Read "<bits> <text>" lines; exit 1 if Node writes one of these doubles in another way.
import { createInterface } from "node:readline";

const view = new DataView(new ArrayBuffer(8));
let count = 0;
let bad = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [bits, text] = line.split(" ");
  view.setBigUint64(0, BigInt("0x" + bits));
  const want = String(view.getFloat64(0));
  count += 1;
  if (want !== text) {
    bad += 1;
    if (bad < 20) console.log(`FAIL - ${bits}: we write ${text}, Node writes ${want}`);
  }
}
console.log(`${bad || !count ? "FAIL" : "ok"} - ${count} doubles, ${bad} differ`);
process.exit(bad || !count ? 1 : 0);
