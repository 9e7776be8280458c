// The HTTP interface of the server, one method each request (spec §6).

/** @import {Bytes} from "../core/bytes.js" */
/** @import {Json} from "../core/canonical.js" */
/** @import {BlockRequest} from "./wire.js" */

import { encodeBase64 } from "../core/bytes.js";
import { CofferError } from "../core/errors.js";
import * as answers from "./answers.js";
import { move, readJson, readRefusal, send } from "./wire.js";

const ROOT = "/api/v1/";
/** Bytes of an answer that is a few fields of JSON. */
const SHORT_ANSWER = 65_536;

/**
 * Rejects with a CofferError: the code that the server gave, `network`, `cancelled`, or `format` for an answer of
 * another shape than the specification's.
 */
export class Api {
  #token = "";
  #user = "";
  #onSignedOut;

  /** @param {() => void} onSignedOut called when the server no longer knows this session */
  constructor(onSignedOut) {
    this.#onSignedOut = onSignedOut;
  }

  /** @returns {Promise<{user: string, username: string}>} both empty when nobody is signed in */
  session() {
    return this.#signIn("GET", "session");
  }

  /** @param {"password" | "recovery"} kind @param {string} username */
  async kdf(kind, username) {
    return (await this.#json("POST", "session/kdf", answers.parseKdf, { kind, username })).kdf;
  }

  /** @param {"password" | "recovery"} kind @param {string} username @param {Bytes} loginKey */
  openSession(kind, username, loginKey) {
    return this.#signIn("POST", "session", { kind, login_key: encodeBase64(loginKey), username });
  }

  /** @returns {Promise<void>} */
  async closeSession() {
    await this.#json("DELETE", "session", () => undefined);
    this.#token = "";
    this.#user = "";
  }

  /** @param {object} account the body of `POST accounts` but for the login keys @param {{password: Bytes, recovery: Bytes}} loginKeys */
  register(account, { password, recovery }) {
    const login_keys = { password: encodeBase64(password), recovery: encodeBase64(recovery) };
    return this.#signIn("POST", "accounts", { ...account, login_keys });
  }

  vault() {
    return this.#json("GET", "vault", answers.parseVault);
  }

  /** @param {number} after the seq before the first one wanted */
  statements(after) {
    return this.#json("GET", `statements?after=${after}`, answers.parseStatements);
  }

  /** @param {string} cursor "" for the first page */
  labels(cursor) {
    const query = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    return this.#json("GET", `labels${query}`, answers.parseLabels);
  }

  /** @param {object[]} statements 1 to 4, all or none @param {AbortSignal} [signal] */
  postStatements(statements, signal) {
    return this.#json("POST", "statements", answers.parsePosted, { statements }, signal);
  }

  /** @param {string} version @param {number} length @param {AbortSignal} signal */
  openUpload(version, length, signal) {
    return this.#json("POST", "uploads", answers.parseUpload, { length, version }, signal);
  }

  /** @param {string} version */
  dropUpload(version) {
    return this.#json("DELETE", `uploads/${version}`, () => undefined);
  }

  /**
   * @param {object} block
   * @param {string} block.version
   * @param {number} block.index
   * @param {Blob} block.body a Blob: Chromium sends an ArrayBuffer at a tenth of the speed
   * @param {Bytes} block.digest SHA-256 of the body
   * @param {number} [block.length] of the whole file, to open the upload of a file of one block
   * @param {AbortSignal} signal
   * @param {(bytes: number) => void} onProgress bytes of this block that have left
   */
  async putBlock({ version, index, body, digest, length }, signal, onProgress) {
    const headers = {
      "Content-Type": "application/octet-stream",
      "Content-Digest": `sha-256=:${btoa(String.fromCharCode(...digest))}:`,
      ...(length === undefined ? {} : { "Coffer-Length": String(length) }),
    };
    const path = `uploads/${version}/blocks/${index}`;
    const answer = await this.#withToken(() => this.#block({
      method: "PUT", path, headers: { ...headers, "X-CSRFToken": this.#token }, body, limit: SHORT_ANSWER, signal, onProgress,
    }));
    return answers.parseStoredBlock(readJson(await answer.text()));
  }

  /** @param {string[]} versions @param {AbortSignal} signal */
  openDownloads(versions, signal) {
    return this.#json("POST", "downloads", answers.parseDownloads, { versions }, signal);
  }

  /**
   * @param {{version: string, index: number, size: number, capability: string}} block `size` is what it must have
   * @param {AbortSignal} signal
   * @returns {Promise<Blob>} not verified
   */
  getBlock({ version, index, size, capability }, signal) {
    const path = `versions/${version}/blocks/${index}`;
    const headers = { "Coffer-Capability": capability };
    return this.#block({ method: "GET", path, headers, body: null, limit: size, signal, onProgress: () => {} });
  }

  /** @param {"GET" | "POST"} method @param {string} path @param {object} [body] */
  async #signIn(method, path, body) {
    const { csrf_token, user, username } = await this.#json(method, path, answers.parseSession, body);
    this.#token = csrf_token;
    this.#user = user;
    return { user, username };
  }

  /**
   * @template Answer
   * @param {string} method
   * @param {string} path
   * @param {(value: Json) => Answer} parse
   * @param {object} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<Answer>}
   */
  async #json(method, path, parse, body, signal) {
    const request = async () => {
      /** @type {Record<string, string>} */
      const headers = method === "GET" ? {} : { "X-CSRFToken": this.#token };
      if (body !== undefined) {
        headers["Content-Type"] = "application/json";
      }
      const answer = await send(ROOT + path, {
        method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store",
      });
      if (answer.status >= 400) {
        throw this.#refusal(answer.status, answer.text);
      }
      return answer.text;
    };
    const text = await (method === "GET" ? request() : this.#withToken(request));
    return parse(text === "" ? "" : readJson(text));
  }

  /**
   * A sign-in or sign-out changes the token, in another tab too; the request is then made with the new one.
   * @template Answer
   * @param {() => Promise<Answer>} request
   */
  async #withToken(request) {
    if (this.#token === "") {
      await this.session();
    }
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof CofferError) || error.code !== "csrf_failed") {
        throw error;
      }
    }
    const before = this.#user;
    const { user } = await this.session();
    // Whoever was signed in is not any more: their request must not be made in another's name.
    if (before !== "" && user !== before) {
      this.#onSignedOut();
      throw new CofferError("not_authenticated", "somebody else signed in");
    }
    return request();
  }

  /** @param {BlockRequest} request @returns {Promise<Blob>} the answer's body */
  async #block(request) {
    const { status, body } = await move(ROOT + request.path, request);
    if (status >= 400) {
      throw this.#refusal(status, await body.text());
    }
    return body;
  }

  /**
   * @param {number} status
   * @param {string} text
   * @returns {CofferError}
   */
  #refusal(status, text) {
    const error = readRefusal(text);
    if (status === 401 && error.code !== "login_failed") {
      this.#token = "";
      this.#user = "";
      this.#onSignedOut();
    }
    return error;
  }
}
