// Can this browser, at this address, keep the promise? Asked before anything else is drawn.

/**
 * @returns {Promise<"" | "insecure_origin" | "unsupported_browser">} error code, "" when all is well
 */
export async function findObstacle() {
  // Outside a secure context browsers hide WebCrypto and service workers altogether.
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined) {
    return "insecure_origin";
  }
  try {
    // Statements are signed with Ed25519 (spec §5.1); there is no fallback to another curve.
    await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  } catch {
    return "unsupported_browser";
  }
  return "";
}
