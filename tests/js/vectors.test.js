// Every vector gets its verdict from the JavaScript core; tests/client/test_vectors.py does the same.

import { test } from "node:test";

import { INJECTED, ownVectors } from "./node.js";
import { runVector } from "./suite/vectors.js";

for (const [name, vector] of ownVectors()) {
  test(name, () => runVector(vector, INJECTED));
}
