// SPDX-License-Identifier: Apache-2.0
// node schema.mjs DIR FILE...: is each FILE a CycloneDX 1.6 BOM by the schemas in DIR? Exit code 1 if one is not.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_PATH, "x.js"));
const Ajv = require("ajv").default, addFormats = require("ajv-formats").default;
const [dir, ...files] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(name, "utf8"));

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
for (const format of ["iri-reference", "idn-email"])
	ajv.addFormat(format, true);
for (const name of ["spdx.schema.json", "jsf-0.82.schema.json"])
	ajv.addSchema(read(join(dir, name)));
const validate = ajv.compile(read(join(dir, "bom-1.6.schema.json")));

let bad = 0;
for (const file of files)
	if (!validate(read(file))) {
		bad = 1;
		console.log(`${file}: ${ajv.errorsText(validate.errors)}`);
	}
process.exit(bad);
