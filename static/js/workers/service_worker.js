// Turns a download that the page decrypts into the browser's own download (spec §3.4): answers /_stream/<uuid> and
// nothing else. Served at /sw.js, because its scope is the root. It imports nothing and holds no key.

/** @typedef {{port: MessagePort, name: string, size: number}} Offer */

const PREFIX = "/_stream/";
const scope = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** Downloads that a page offers, by id; each answers one request. @type {Map<string, Offer>} */
const offers = new Map();

/** Ports of the downloads under way, by id. @type {Map<string, MessagePort>} */
const streaming = new Map();

scope.addEventListener("install", (event) => {
  // A new version must not wait for old tabs: they would offer streams to a worker that no longer answers.
  event.waitUntil(Promise.all([scope.skipWaiting(), bypass(event)]));
});

scope.addEventListener("message", (event) => {
  const { data, ports } = event;
  if (data.type === "offer") {
    offers.set(data.id, { port: ports[0], name: data.name, size: data.size });
    ports[0].postMessage({ type: "offered" });
  } else if (data.type === "withdraw") {
    offers.delete(data.id);
  } else if (data.type === "ping") {
    // The message itself keeps this worker alive; no answer tells the page that it was not, and lost the stream.
    (streaming.get(data.id) ?? offers.get(data.id)?.port)?.postMessage({ type: "pong" });
  }
});

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== scope.location.origin || !url.pathname.startsWith(PREFIX)) {
    return;
  }
  const id = url.pathname.slice(PREFIX.length);
  const offer = offers.get(id);
  offers.delete(id);
  if (offer === undefined) {
    // 204 leaves the hidden frame as it is: an offer that is gone must never become a saved file.
    event.respondWith(new Response(null, { status: 204 }));
    return;
  }
  const { stream, ended } = pipe(offer);
  streaming.set(id, offer.port);
  event.respondWith(new Response(stream, { headers: headersOf(offer) }));
  event.waitUntil(ended.then(() => streaming.delete(id)));
});

/**
 * Lets every other request go past this worker without waking it, where the browser can.
 * @param {ExtendableEvent} event
 * @returns {Promise<void>}
 */
async function bypass(event) {
  const install = /** @type {ExtendableEvent & {addRoutes?: (rules: object) => Promise<void>}} */ (event);
  await install.addRoutes?.({
    condition: { not: { urlPattern: new URL(`${PREFIX}*`, scope.location.origin).href } },
    source: "network",
  });
}

/**
 * The bytes of an offer, asked of the page one piece at a time: nothing piles up here when the disk is slow.
 * @param {Offer} offer
 * @returns {{stream: ReadableStream<Uint8Array>, ended: Promise<void>}} `ended` resolves when the port is done with
 */
function pipe({ port, size }) {
  let left = size;
  /** @type {() => void} */
  let end;
  const ended = new Promise((resolve) => {
    end = () => { port.close(); resolve(undefined); };
  });
  const stream = new ReadableStream({
    pull: (controller) => new Promise((resolve) => {
      port.onmessage = ({ data }) => {
        if (data.type === "chunk" && data.bytes.byteLength <= left) {
          left -= data.bytes.byteLength;
          controller.enqueue(data.bytes);
        } else if (data.type === "end" && left === 0) {
          controller.close();
          port.postMessage({ type: "ended" });
          end();
        } else {
          // Also for an end before the last byte: the browser must show a failed download, never a short file.
          controller.error(new TypeError("download failed"));
          end();
        }
        resolve(undefined);
      };
      port.postMessage({ type: "pull" });
    }),
    cancel: () => { port.postMessage({ type: "cancel" }); end(); },
  }, { highWaterMark: 1 });
  return { stream, ended };
}

/**
 * Headers that make the answer a file to save and never a document of this origin.
 * @param {Offer} offer `name` is already a safe file name
 * @returns {Record<string, string>}
 */
function headersOf({ name, size }) {
  // RFC 8187: encodeURIComponent leaves four characters that are not attr-char.
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return {
    "Cache-Control": "no-store",
    "Content-Disposition": `attachment; filename*=UTF-8''${encoded}`,
    "Content-Length": String(size),
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
  };
}
