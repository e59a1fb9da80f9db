// SPDX-License-Identifier: Apache-2.0
// node schema.mjs SCHEMA FILE...: is each file what the JSON Schema (draft 2020-12) says, by a validator that is not ours?
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(import.meta.url); // honours NODE_PATH
const Ajv = require("ajv/dist/2020").default;
const [schema, ...files] = process.argv.slice(2);
const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true }).compile(JSON.parse(readFileSync(schema, "utf8")));
let bad = 0;
for (const file of files)
	if (!validate(JSON.parse(readFileSync(file, "utf8")))) {
		bad = 1;
		for (const e of validate.errors)
			console.log(`${file}: ${e.instancePath || "/"} ${e.message}`);
	}
process.exit(bad);
