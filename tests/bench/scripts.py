"""What runs inside the page for a row: JavaScript functions that return milliseconds."""

# PUTs random bytes of the blocks' lengths; making and hashing them is not timed.
PLAIN_UPLOAD = """
async ({sizes, length, inFlight}) => {
  const root = "/api/v1/";
  const token = (await (await fetch(root + "session")).json()).csrf_token;
  const version = crypto.randomUUID();
  const bodies = [];
  for (const size of sizes) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    bodies.push([new Blob([bytes]), btoa(String.fromCharCode(...digest))]);
  }
  const start = performance.now();
  await fetch(root + "uploads", {
    method: "POST", headers: {"X-CSRFToken": token, "Content-Type": "application/json"},
    body: JSON.stringify({length, version}),
  });
  let next = 0;
  const send = async () => {
    while (next < sizes.length) {
      const index = next++;
      const [body, digest] = bodies[index];
      const url = `${root}uploads/${version}/blocks/${index}`;
      const answer = await fetch(url, {method: "PUT", body, headers: {
        "X-CSRFToken": token, "Content-Type": "application/octet-stream",
        "Content-Digest": `sha-256=:${digest}:`,
      }});
      if (answer.status !== 201) throw new Error(`block ${index}: ${answer.status}`);
    }
  };
  await Promise.all(Array.from({length: inFlight}, send));
  return performance.now() - start;
}
"""

# Fetches the ciphertext of the newest version and throws it away.
PLAIN_DOWNLOAD = """
async ({version, count, inFlight}) => {
  const root = "/api/v1/";
  const token = (await (await fetch(root + "session")).json()).csrf_token;
  const start = performance.now();
  const answer = await (await fetch(root + "downloads", {
    method: "POST", headers: {"X-CSRFToken": token, "Content-Type": "application/json"},
    body: JSON.stringify({versions: [version]}),
  })).json();
  let next = 0;
  const get = async () => {
    while (next < count) {
      const index = next++;
      const block = await fetch(`${root}versions/${version}/blocks/${index}`,
        {headers: {"Coffer-Capability": answer.capability}});
      if (block.status !== 200) throw new Error(`block ${index}: ${block.status}`);
      await block.arrayBuffer();
    }
  };
  await Promise.all(Array.from({length: inFlight}, get));
  return performance.now() - start;
}
"""

# Seals blocks as the page does, and the same segments with nothing but AES-GCM: [sealed, raw].
SEAL = """
async ({blocks, floe, rounds}) => {
  const {sealBlock} = await import(blocks);
  const {startSeal} = await import(floe);
  const plain = new Uint8Array(16 * 524256), out = new Uint8Array(16 * 524288);
  const {state} = await startSeal(crypto.getRandomValues(new Uint8Array(32)), new Uint8Array(50));
  const key = await crypto.subtle.generateKey({name: "AES-GCM", length: 256}, false, ["encrypt"]);
  const sealed = async () => {
    const start = performance.now();
    await sealBlock(state, 0, plain, false, out);
    return performance.now() - start;
  };
  const raw = async () => {
    const start = performance.now();
    const starts = Array.from({length: 16}, (_, index) => index * 524256);
    await Promise.all(starts.map(async (at) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const slice = plain.subarray(at, at + 524256);
      out.set(new Uint8Array(await crypto.subtle.encrypt({name: "AES-GCM", iv}, key, slice)), at);
    }));
    return performance.now() - start;
  };
  const times = [[], []];
  await sealed(); await raw();
  for (let round = 0; round < rounds; round++) {
    times[0].push(await sealed());
    times[1].push(await raw());
  }
  return times;
}
"""
