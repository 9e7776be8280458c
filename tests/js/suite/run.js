// Every suite of the core in one call, for a page: a browser's WebCrypto is another implementation than Node's.

/** @import {Around} from "./procedures.js" */
/** @import {Published} from "./published.js" */
/** @import {Vector} from "./vectors.js" */

import { Skip } from "./check.js";
import { tests as core } from "./core.js";
import { tests as conformance } from "./published.js";
import { tests as vault } from "./vault.js";
import { runVector } from "./vectors.js";

/**
 * @param {[string, Vector][]} vectors name and content
 * @param {Omit<Around, "release">} injected
 * @param {Published} published
 * @returns {Promise<{passed: number, failed: string[], skipped: string[]}>}
 */
export async function run(vectors, injected, published) {
  /** @type {[string, () => unknown][]} */
  const all = [];
  vectors.forEach(([name, vector]) => all.push([name, () => runVector(vector, injected)]));
  Object.entries({ ...core, ...vault }).forEach(([name, test]) => all.push([name, () => test(injected)]));
  Object.entries(conformance).forEach(([name, test]) => all.push([name, () => test(published)]));
  /** @type {{passed: number, failed: string[], skipped: string[]}} */
  const outcome = { passed: 0, failed: [], skipped: [] };
  for (const [name, test] of all) {
    try {
      await test();
      outcome.passed += 1;
    } catch (error) {
      const list = error instanceof Skip ? outcome.skipped : outcome.failed;
      list.push(`${name}: ${String(error)}`);
    }
  }
  return outcome;
}
