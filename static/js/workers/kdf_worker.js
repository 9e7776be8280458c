// Derives keys from a password or a recovery key (spec §2.1), alone in a worker: only this one may compile WebAssembly.

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Kdf} from "../core/passphrase.js" */

import {
  deriveLoginKey, deriveRecoveryLoginKey, deriveRecoveryUnlockKey, deriveRoot, deriveUnlockKey, encodeRecoveryWords, makeKdf,
  makeRecoveryKey,
} from "../core/passphrase.js";
import { entropyToMnemonic, mnemonicToEntropy, wordlist } from "../../vendor/bip39.js";
import { argon2id } from "../../vendor/hash-wasm.js";
import { Given, serve } from "./serve.js";

/** The login key goes to the server, the unlock key to the keeper; 32 bytes each. @typedef {{loginKey: Bytes, unlockKey: Bytes}} SignInKeys */

/** BIP-39 over the English list. */
const words = {
  encode: (/** @type {Bytes} */ entropy) => entropyToMnemonic(entropy, wordlist),
  decode: (/** @type {string} */ text) => mnemonicToEntropy(text, wordlist),
};

serve({ derivePasswordKeys, makePasswordKeys, makeRecoveryKeys });

/**
 * @param {string} password
 * @param {unknown} kdf from the server; held to floor and ceiling before anything is derived
 * @returns {Promise<Given>} of SignInKeys
 */
async function derivePasswordKeys(password, kdf) {
  const root = await deriveRoot(password, kdf, argon2id);
  const keys = { loginKey: await deriveLoginKey(root), unlockKey: await deriveUnlockKey(root) };
  root.fill(0);
  return new Given(keys, [keys.loginKey.buffer, keys.unlockKey.buffer]);
}

/**
 * @param {string} password
 * @returns {Promise<SignInKeys & {kdf: Kdf}>} for a new password
 */
async function makePasswordKeys(password) {
  const kdf = makeKdf();
  const { result } = await derivePasswordKeys(password, kdf);
  return { kdf, .../** @type {SignInKeys} */ (result) };
}

/** @returns {Promise<SignInKeys & {words: string}>} of a new recovery key, 24 words */
async function makeRecoveryKeys() {
  const recoveryKey = makeRecoveryKey();
  const keys = {
    loginKey: await deriveRecoveryLoginKey(recoveryKey),
    unlockKey: await deriveRecoveryUnlockKey(recoveryKey),
    words: encodeRecoveryWords(recoveryKey, words),
  };
  recoveryKey.fill(0);
  return keys;
}
