// The wire: the only code of the page that talks to a network.

/** @import {Json} from "../core/canonical.js" */

import { CofferError, FormatError, NetworkError, TamperedError, VerificationError, fromCode } from "../core/errors.js";

/** A transfer of one block that stands still for so long has lost its line. */
const STALL = 60_000;
const CODE = /^[a-z][a-z0-9_]{0,39}$/;

/**
 * One block on its way; `onProgress` hears of the bytes that have moved.
 * @typedef {object} BlockRequest
 * @property {"GET" | "PUT"} method
 * @property {string} path
 * @property {Record<string, string>} headers
 * @property {Blob | null} body
 * @property {number} limit bytes of the answer
 * @property {AbortSignal} signal
 * @property {(bytes: number) => void} onProgress
 */

/**
 * XMLHttpRequest, because fetch does not tell how much of a body has left, and a Blob as its answer is not copied
 * through the page's thread.
 * @param {string} url
 * @param {BlockRequest} request
 * @returns {Promise<{status: number, body: Blob}>}
 * @throws {CofferError} `network`, `cancelled`, or `tampered_content` for an answer longer than `limit`
 */
export function move(url, { method, headers, body, limit, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    /** @type {CofferError | null} */
    let failure = null;
    /** @param {CofferError} error */
    const abort = (error) => {
      failure = error;
      xhr.abort();
    };
    const cancel = () => abort(new CofferError("cancelled", "request cancelled"));
    const stall = () => abort(new NetworkError("network", "nothing moves any more"));
    let timer = setTimeout(stall, STALL);
    /** @param {ProgressEvent} event */
    const progress = ({ loaded }) => {
      clearTimeout(timer);
      timer = setTimeout(stall, STALL);
      onProgress(loaded);
    };
    xhr.upload.addEventListener("progress", progress);
    xhr.addEventListener("progress", (event) => {
      progress(event);
      // An answer without an end would fill the disk before anyone could find it false.
      if (event.loaded > limit) {
        abort(new TamperedError("tampered_content", "block: longer than it can be"));
      }
    });
    xhr.addEventListener("loadend", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      if (failure !== null || xhr.status === 0) {
        reject(failure ?? new NetworkError("network", "no answer"));
      } else {
        resolve({ status: xhr.status, body: xhr.response });
      }
    });
    xhr.open(method, url);
    xhr.responseType = "blob";
    for (const [name, value] of Object.entries(headers)) {
      xhr.setRequestHeader(name, value);
    }
    signal.addEventListener("abort", cancel, { once: true });
    xhr.send(body);
    // Only a request that was sent can be aborted.
    if (signal.aborted) {
      cancel();
    }
  });
}

/** @param {string} url @param {RequestInit} init @returns {Promise<{status: number, text: string}>} */
export async function send(url, init) {
  try {
    // A redirect could carry the login key or the session to another host.
    const response = await fetch(url, { ...init, redirect: "error" });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    if (init.signal?.aborted) {
      throw new CofferError("cancelled", "request cancelled", { cause });
    }
    throw new NetworkError("network", "no answer", { cause });
  }
}

/** @param {string} text @returns {CofferError} an error page of some proxy counts as no answer */
export function readRefusal(text) {
  try {
    const { code, detail } = JSON.parse(text);
    if (typeof code !== "string" || typeof detail !== "string" || !CODE.test(code)) {
      return new NetworkError("network", "a refusal without a code");
    }
    const error = fromCode(code, detail);
    // Its word never counts as proof of tampering, nor as a wrong key: a client finds those out by itself, and a server
    // that says so wants a person to believe it.
    return error instanceof VerificationError ? new NetworkError("network", "a refusal with a code that is not its own") : error;
  } catch (cause) {
    return new NetworkError("network", "a refusal without a code", { cause });
  }
}

/** @param {string} text @returns {Json} @throws {FormatError} */
export function readJson(text) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError("format", "answer: not JSON", { cause });
  }
}
