// The suite of keys, keyring and directory, run by Node; a browser runs the same one.

import { test } from "node:test";

import { tests } from "./suite/vault.js";

for (const [name, run] of Object.entries(tests)) {
  test(name, async () => { await run(); });
}
