// The few globals of the platform that core may use (spec §1). Nothing else exists for it: no document, fetch or clock.

type Buffered = Uint8Array<ArrayBuffer>;

interface CryptoKey {
  readonly algorithm: { readonly name: string };
  readonly extractable: boolean;
  readonly type: string;
}

interface RsaHashedKeyAlgorithm {
  readonly name: string;
  readonly modulusLength: number;
}

interface JsonWebKey {
  kty?: string;
  n?: string;
  e?: string;
  x?: string;
}

type CryptoAlgorithm =
  | string
  | {
      name: string;
      hash?: string;
      iv?: Buffered;
      additionalData?: Buffered;
      salt?: Buffered;
      info?: Buffered;
      label?: Buffered;
    };

interface SubtleCrypto {
  digest(algorithm: string, data: Buffered): Promise<ArrayBuffer>;
  encrypt(algorithm: CryptoAlgorithm, key: CryptoKey, data: Buffered): Promise<ArrayBuffer>;
  decrypt(algorithm: CryptoAlgorithm, key: CryptoKey, data: Buffered): Promise<ArrayBuffer>;
  sign(algorithm: CryptoAlgorithm, key: CryptoKey, data: Buffered): Promise<ArrayBuffer>;
  verify(algorithm: CryptoAlgorithm, key: CryptoKey, signature: Buffered, data: Buffered): Promise<boolean>;
  deriveBits(algorithm: CryptoAlgorithm, key: CryptoKey, length: number): Promise<ArrayBuffer>;
  generateKey(
    algorithm: { name: string; hash: string; modulusLength: number; publicExponent: Buffered },
    extractable: boolean,
    usages: string[],
  ): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }>;
  importKey(
    format: "raw" | "pkcs8" | "spki",
    data: Buffered,
    algorithm: CryptoAlgorithm,
    extractable: boolean,
    usages: string[],
  ): Promise<CryptoKey>;
  importKey(
    format: "jwk",
    data: JsonWebKey,
    algorithm: CryptoAlgorithm,
    extractable: boolean,
    usages: string[],
  ): Promise<CryptoKey>;
  exportKey(format: "pkcs8" | "spki", key: CryptoKey): Promise<ArrayBuffer>;
  exportKey(format: "jwk", key: CryptoKey): Promise<JsonWebKey>;
}

declare const crypto: {
  readonly subtle: SubtleCrypto;
  getRandomValues(array: Buffered): Buffered;
};

declare class TextEncoder {
  encode(text: string): Buffered;
}

declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean });
  decode(data: Buffered): string;
}
