// Hands verified plaintext to the service worker, which is the browser's own download (spec §3.4).

import { CofferError, NetworkError } from "../core/errors.js";

const PREFIX = "/_stream/";
/** Firefox ends a service worker that no message reached for 30 s. */
const PING = 10_000;
/** So long may the service worker stay silent before it counts as gone. */
const SILENCE = 45_000;
/** So long does the frame outlive its stream: Firefox may take a short answer up only after its last byte. */
const LINGER = 10_000;

/** Saves what is pulled from it, piece by piece: a slow disk slows the reading, and memory stays constant. */
export class Streams {
  #register;

  /** @param {() => Promise<ServiceWorkerRegistration>} register starts the service worker, or finds it running */
  constructor(register) {
    this.#register = register;
  }

  /**
   * @param {{name: string, size: number}} file `name` is a safe file name; `size` in bytes
   * @param {AsyncIterator<Uint8Array<ArrayBuffer>>} pieces verified plaintext in order; each is given away
   * @param {AbortSignal} signal
   * @returns {Promise<void>} when the browser has the last byte
   * @throws {CofferError} `cancelled`, here or in the browser; `network` when the service worker does not answer; what
   *   `pieces` throws. The browser then shows a failed download.
   */
  async save(file, pieces, signal) {
    const worker = await this.#worker();
    const id = crypto.randomUUID();
    const { port1, port2 } = new MessageChannel();
    const frame = document.createElement("iframe");
    const send = new Sending(port1, pieces);
    const stop = () => send.fail(new CofferError("cancelled", "download cancelled"));
    const timer = setInterval(() => {
      worker.postMessage({ type: "ping", id });
      send.checkAlive();
    }, PING);
    signal.addEventListener("abort", stop, { once: true });
    send.onOffered = () => {
      frame.hidden = true;
      frame.src = PREFIX + id;
      document.body.append(frame);
    };
    worker.postMessage({ type: "offer", id, name: file.name, size: file.size }, [port2]);
    try {
      await send.finished;
    } finally {
      clearInterval(timer);
      signal.removeEventListener("abort", stop);
      worker.postMessage({ type: "withdraw", id });
      port1.close();
      setTimeout(() => frame.remove(), LINGER);
      await pieces.return?.();
    }
  }

  async #worker() {
    if (!("serviceWorker" in navigator)) {
      throw new CofferError("unsupported_browser", "no service worker");
    }
    await this.#register();
    const { active } = await navigator.serviceWorker.ready;
    if (active === null) {
      throw new NetworkError("network", "the service worker has gone");
    }
    return active;
  }
}

/** The page's end of one stream: answers each pull with one piece. */
class Sending {
  #port;
  #pieces;
  #heard = performance.now();
  #ended = false;
  /** @type {(error?: CofferError) => void} */
  #finish = () => {};

  /** Called when the service worker waits for the request. @type {() => void} */
  onOffered = () => {};

  /** @type {Promise<void>} */
  finished;

  /** @param {MessagePort} port @param {AsyncIterator<Uint8Array<ArrayBuffer>>} pieces */
  constructor(port, pieces) {
    this.#port = port;
    this.#pieces = pieces;
    this.finished = new Promise((resolve, reject) => {
      this.#finish = (error) => (error === undefined ? resolve() : reject(error));
    });
    port.onmessage = ({ data }) => this.#hear(data.type);
  }

  checkAlive() {
    if (performance.now() - this.#heard > SILENCE) {
      this.fail(new NetworkError("network", "the service worker does not answer"));
    }
  }

  /** @param {CofferError} error */
  fail(error) {
    this.#port.postMessage({ type: "fail" });
    this.#ended = true;
    this.#finish(error);
  }

  /** @param {string} type */
  #hear(type) {
    this.#heard = performance.now();
    if (type === "offered") {
      this.onOffered();
    } else if (type === "pull") {
      void this.#give();
    } else if (type === "ended") {
      this.#finish();
    } else if (type === "cancel") {
      this.#finish(new CofferError("cancelled", "cancelled in the browser"));
    }
  }

  async #give() {
    try {
      const { value, done } = await this.#pieces.next();
      if (this.#ended) {
        return;
      }
      if (done) {
        this.#port.postMessage({ type: "end" });
      } else {
        this.#port.postMessage({ type: "chunk", bytes: value }, [value.buffer]);
      }
    } catch (error) {
      this.fail(error instanceof CofferError ? error : new CofferError("internal", "reading failed"));
    }
  }
}
