// Published vectors through the same code paths that the core uses: Wycheproof, FLOE, RFC 6962.

/** @import {Bytes} from "../../../static/js/core/bytes.js" */

import { concat, decodeHex, encodeHex } from "../../../static/js/core/bytes.js";
import { openSegment, sealSegment, startOpen, startSeal } from "../../../static/js/core/floe.js";
import { verifyConsistency, verifyInclusion } from "../../../static/js/core/merkle.js";
import { derivePublicKey, importPrivateKey, parsePublicKey, unwrapOaep, wrapOaep } from "../../../static/js/core/oaep.js";
import { hkdf, importAeadKey, openAead, sealAead } from "../../../static/js/core/primitives.js";
import { checkIdentityKey, verifySignature } from "../../../static/js/core/signatures.js";
import { holds, same, sameBytes, verdictOf } from "./check.js";
import { listedRandom, withRandom } from "./random.js";

/** Where published files are read from. @typedef {{text: (name: string) => Promise<string>, names: (folder: string) => Promise<string[]>}} Published */

/** Name of the file; encrypted segment length; bits of the counter that share a key. @type {[string, number, number][]} */
const FLOE = [
  ["java_GCM256_IV256_4K", 4096, 20],
  ["java_GCM256_IV256_64", 64, 20],
  ["java_lastSegAligned", 40, 20],
  ["java_lastSegEmpty", 40, 20],
  ["java_rotation", 40, 2],
  ["pub_java_GCM256_IV256_4K", 4096, 20],
  ["pub_java_GCM256_IV256_64", 64, 20],
  ["pub_java_rotation", 40, 2],
];
const FLOE_KEY = new Uint8Array(32);
const FLOE_AAD = new TextEncoder().encode("This is AAD");

/** @type {Record<string, (published: Published) => Promise<void>>} */
export const tests = {
  "Wycheproof AES-GCM": async (published) => {
    let run = 0;
    for (const { group, test } of await wycheproof(published, "aes_gcm_test")) {
      if (group.ivSize !== 96) {
        continue;
      }
      const key = decodeHex(test.key);
      const aad = decodeHex(test.aad);
      const sealed = concat(decodeHex(test.iv), decodeHex(test.ct), decodeHex(test.tag));
      if (group.keySize !== 256) {
        same(await verdictOf(() => importAeadKey(key)), "format", `tcId ${test.tcId}: a shorter AES`);
        continue;
      }
      run += 1;
      const imported = await importAeadKey(key);
      const verdict = await verdictOf(async () => {
        sameBytes(await openAead(imported, aad, sealed), decodeHex(test.msg), `tcId ${test.tcId}`);
      });
      same(verdict, test.result === "valid" ? "ok" : "wrong_key", `tcId ${test.tcId}`);
      if (test.result === "valid") {
        const again = await withRandom(listedRandom([decodeHex(test.iv)]), () => sealAead(imported, aad, decodeHex(test.msg)));
        sameBytes(again, sealed, `tcId ${test.tcId} sealed`);
      }
    }
    same(run, 66, "vectors with a key of 256 bits");
  },

  "Wycheproof HKDF-SHA-256": async (published) => {
    for (const { test } of await wycheproof(published, "hkdf_sha256_test")) {
      const verdict = await verdictOf(async () => {
        const okm = await hkdf(decodeHex(test.ikm), decodeHex(test.salt), decodeHex(test.info), test.size);
        sameBytes(okm, decodeHex(test.okm), `tcId ${test.tcId}`);
      });
      same(verdict, test.result === "valid" ? "ok" : "format", `tcId ${test.tcId}`);
    }
  },

  "Wycheproof Ed25519": async (published) => {
    for (const { group, test } of await wycheproof(published, "ed25519_test")) {
      const publicKey = decodeHex(group.publicKey.pk);
      checkIdentityKey(publicKey);
      const verdict = await verdictOf(() => verifySignature(publicKey, decodeHex(test.msg), decodeHex(test.sig)));
      same(verdict, test.result === "valid" ? "ok" : "tampered_statement", `tcId ${test.tcId}`);
    }
  },

  "Wycheproof RSA-OAEP 3072": async (published) => {
    for (const { group, test } of await wycheproof(published, "rsa_oaep_3072_sha256_mgf1sha256_test")) {
      const pkcs8 = decodeHex(group.privateKeyPkcs8);
      const key = await importPrivateKey(pkcs8);
      const label = decodeHex(test.label);
      const verdict = await verdictOf(async () => {
        sameBytes(await unwrapOaep(key, label, decodeHex(test.ct)), decodeHex(test.msg), `tcId ${test.tcId}`);
      });
      same(verdict, test.result === "valid" ? "ok" : "tampered_wrap", `tcId ${test.tcId}`);
      if (test.result === "valid") {
        const wrapped = await wrapOaep(await parsePublicKey(await derivePublicKey(pkcs8)), label, decodeHex(test.msg));
        sameBytes(await unwrapOaep(key, label, wrapped), decodeHex(test.msg), `tcId ${test.tcId} wrapped again`);
      }
    }
  },

  "FLOE known answers, opened and sealed again": async (published) => {
    for (const [name, encSegLen, rotationMask] of FLOE) {
      const params = { encSegLen, rotationMask };
      const ciphertext = decodeHex((await published.text(`floe/${name}_ct.txt`)).trim());
      const plaintext = decodeHex((await published.text(`floe/${name}_pt.txt`)).trim());
      const header = ciphertext.slice(0, 74);
      const segments = split(ciphertext.slice(74), encSegLen);

      const opener = await startOpen(FLOE_KEY, FLOE_AAD, header, params);
      const pieces = await Promise.all(segments.map((segment, index) =>
        openSegment(opener, index, segment, index === segments.length - 1)));
      sameBytes(concat(...pieces), plaintext, `${name} opened`);

      const draws = [header.slice(10, 42), ...segments.map((segment) => segment.slice(4, 16))];
      const sealed = await withRandom(listedRandom(draws), async () => {
        const start = await startSeal(FLOE_KEY, FLOE_AAD, params);
        const parts = [start.header];
        for (const [index, piece] of pieces.entries()) {
          parts.push(await sealSegment(start.state, index, piece, index === pieces.length - 1));
        }
        return concat(...parts);
      });
      sameBytes(sealed, ciphertext, `${name} sealed`);
    }
  },

  "RFC 6962 inclusion proofs": async (published) => {
    for (const [name, proof] of await rfc6962(published, "rfc6962/inclusion", 50)) {
      const path = hashes(proof.proof);
      const verdict = await verdictOf(() =>
        verifyInclusion(fromBase64(proof.leafHash), proof.leafIdx, proof.treeSize, path, fromBase64(proof.root)));
      same(verdict, proof.wantErr ? "log_proof" : "ok", name);
    }
  },

  "RFC 6962 consistency proofs": async (published) => {
    for (const [name, proof] of await rfc6962(published, "rfc6962/consistency", 50)) {
      const path = hashes(proof.proof);
      const verdict = await verdictOf(() =>
        verifyConsistency(proof.size1, proof.size2, path, fromBase64(proof.root1), fromBase64(proof.root2)));
      same(verdict, proof.wantErr ? "log_proof" : "ok", name);
    }
  },
};

/** @param {Published} published @param {string} name @returns {Promise<{group: any, test: any}[]>} */
async function wycheproof(published, name) {
  const file = JSON.parse(await published.text(`wycheproof/${name}.json`));
  return file.testGroups.flatMap((/** @type {any} */ group) =>
    group.tests.map((/** @type {any} */ test) => ({ group, test })));
}

/** @param {Published} published @param {string} folder @param {number} least @returns {Promise<[string, any][]>} */
async function rfc6962(published, folder, least) {
  const names = await published.names(folder);
  holds(names.length >= least, `only ${names.length} files in ${folder}`);
  return Promise.all(names.map(async (name) => [name, JSON.parse(await published.text(name))]));
}

/** @param {string[] | null} proof @returns {Bytes[]} */
function hashes(proof) {
  return (proof ?? []).map(fromBase64);
}

/** Published files use the standard alphabet with padding, which the core refuses. @param {string} text @returns {Bytes} */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {Bytes} data @param {number} step @returns {Bytes[]} */
function split(data, step) {
  const pieces = [];
  for (let offset = 0; offset < data.length; offset += step) {
    pieces.push(data.slice(offset, offset + step));
  }
  holds(encodeHex(concat(...pieces)) === encodeHex(data), "split");
  return pieces;
}
