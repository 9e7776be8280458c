// What core may use of the platform beyond ECMAScript: WebCrypto and UTF-8, nothing else (tsconfig.core.json).
// Browsers, workers and Node offer these; https://www.w3.org/TR/webcrypto/, https://encoding.spec.whatwg.org/.

type BufferSource = ArrayBufferView<ArrayBuffer> | ArrayBuffer;
type KeyFormat = "jwk" | "pkcs8" | "raw" | "spki";
type KeyUsage =
  | "decrypt" | "deriveBits" | "deriveKey" | "encrypt" | "sign" | "unwrapKey" | "verify" | "wrapKey";

interface Algorithm {
  name: string;
}

interface KeyAlgorithm {
  name: string;
}

interface RsaHashedKeyAlgorithm extends KeyAlgorithm {
  hash: KeyAlgorithm;
  modulusLength: number;
  publicExponent: Uint8Array<ArrayBuffer>;
}

interface CryptoKey {
  readonly algorithm: KeyAlgorithm;
  readonly extractable: boolean;
  readonly type: "private" | "public" | "secret";
  readonly usages: KeyUsage[];
}

interface CryptoKeyPair {
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

interface JsonWebKey {
  alg?: string;
  crv?: string;
  d?: string;
  dp?: string;
  dq?: string;
  e?: string;
  ext?: boolean;
  k?: string;
  key_ops?: string[];
  kty?: string;
  n?: string;
  p?: string;
  q?: string;
  qi?: string;
  use?: string;
  x?: string;
  y?: string;
}

interface AesGcmParams extends Algorithm {
  additionalData?: BufferSource;
  iv: BufferSource;
  tagLength?: number;
}

interface RsaOaepParams extends Algorithm {
  label?: BufferSource;
}

interface HkdfParams extends Algorithm {
  hash: string;
  info: BufferSource;
  salt: BufferSource;
}

interface HmacImportParams extends Algorithm {
  hash: string;
  length?: number;
}

interface RsaHashedImportParams extends Algorithm {
  hash: string;
}

interface RsaHashedKeyGenParams extends Algorithm {
  hash: string;
  modulusLength: number;
  publicExponent: Uint8Array<ArrayBuffer>;
}

interface AesKeyAlgorithm extends Algorithm {
  length: number;
}

interface SubtleCrypto {
  decrypt(algorithm: AesGcmParams | RsaOaepParams, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  deriveBits(algorithm: HkdfParams, key: CryptoKey, length: number): Promise<ArrayBuffer>;
  digest(algorithm: string, data: BufferSource): Promise<ArrayBuffer>;
  encrypt(algorithm: AesGcmParams | RsaOaepParams, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  exportKey(format: "jwk", key: CryptoKey): Promise<JsonWebKey>;
  exportKey(format: "pkcs8" | "raw" | "spki", key: CryptoKey): Promise<ArrayBuffer>;
  generateKey(
    algorithm: RsaHashedKeyGenParams, extractable: boolean, usages: readonly KeyUsage[],
  ): Promise<CryptoKeyPair>;
  generateKey(algorithm: "Ed25519", extractable: boolean, usages: readonly KeyUsage[]): Promise<CryptoKeyPair>;
  generateKey(algorithm: AesKeyAlgorithm, extractable: boolean, usages: readonly KeyUsage[]): Promise<CryptoKey>;
  importKey(
    format: "jwk", data: JsonWebKey, algorithm: string | HmacImportParams | RsaHashedImportParams | AesKeyAlgorithm,
    extractable: boolean, usages: readonly KeyUsage[],
  ): Promise<CryptoKey>;
  importKey(
    format: "pkcs8" | "raw" | "spki", data: BufferSource,
    algorithm: string | Algorithm | HmacImportParams | RsaHashedImportParams | AesKeyAlgorithm,
    extractable: boolean, usages: readonly KeyUsage[],
  ): Promise<CryptoKey>;
  sign(algorithm: string | Algorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  verify(algorithm: string | Algorithm, key: CryptoKey, signature: BufferSource, data: BufferSource): Promise<boolean>;
}

interface Crypto {
  readonly subtle: SubtleCrypto;
  getRandomValues<T extends ArrayBufferView<ArrayBuffer>>(array: T): T;
  randomUUID(): `${string}-${string}-${string}-${string}-${string}`;
}

declare const crypto: Crypto;

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: BufferSource): string;
}
