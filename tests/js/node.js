// What the suites need, as Node has it: files, Argon2id, the word list.

/** @import {Around} from "./suite/procedures.js" */
/** @import {Vector} from "./suite/vectors.js" */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { argon2id } from "hash-wasm";

import { Skip } from "./suite/check.js";

const TESTS = resolve(import.meta.dirname, "..");
const PUBLISHED = resolve(process.env.COFFER_VECTORS ?? join(TESTS, "../../shared/vectors"));

/** @type {Omit<Around, "release">} */
export const INJECTED = {
  argon2id,
  codec: {
    encode: (entropy) => entropyToMnemonic(entropy, wordlist),
    decode: (words) => mnemonicToEntropy(words, wordlist),
  },
};

/** @returns {[string, Vector][]} every vector by its path in tests/vectors */
export function ownVectors() {
  const folder = join(TESTS, "vectors");
  return jsonBelow(folder).filter((name) => name.includes("/")).map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8"))]);
}

/** Published vectors; absent they are skipped, but under CI=true they fail (tests/published.py). */
export const published = {
  /** @param {string} name @returns {Promise<string>} */
  text: async (name) => readFileSync(existing(name), "utf8"),
  /** @param {string} folder @returns {Promise<string[]>} */
  names: async (folder) => jsonBelow(existing(folder)).map((name) => `${folder}/${name}`),
};

/** @param {string} name */
function existing(name) {
  const path = join(PUBLISHED, name);
  if (!existsSync(path)) {
    const reason = `published vectors are not at ${path}; COFFER_VECTORS names their folder`;
    throw process.env.CI === "true" ? new Error(reason) : new Skip(reason);
  }
  return path;
}

/** @param {string} folder */
function jsonBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
