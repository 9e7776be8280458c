// The suites of the core, run by Node; a browser runs the same ones.

import { test } from "node:test";

import { INJECTED, published } from "./node.js";
import { Skip } from "./suite/check.js";
import { tests as core } from "./suite/core.js";
import { tests as vectors } from "./suite/published.js";

for (const [name, run] of Object.entries(core)) {
  test(name, async () => { await run(INJECTED); });
}

for (const [name, run] of Object.entries(vectors)) {
  test(name, async (context) => {
    try {
      await run(published);
    } catch (error) {
      if (!(error instanceof Skip)) {
        throw error;
      }
      context.skip(error.message);
    }
  });
}
