// `node exchange.js make|open`: plain files in and a sealed vault out, or the reverse, as JSON on standard input and
// output. tests/client/test_exchange.py is at the other end.

import { readFileSync } from "node:fs";

import { makeBundle, openBundle } from "./suite/exchange.js";
import { decodeValue, encodeValue } from "./suite/vectors.js";

const input = /** @type {any} */ (decodeValue(JSON.parse(readFileSync(0, "utf8"))));
const output = process.argv[2] === "make" ? await makeBundle(input) : await openBundle(input);
process.stdout.write(JSON.stringify(encodeValue(output)));
