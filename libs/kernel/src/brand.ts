declare const brand: unique symbol;

/** A value that a decoder has checked. Only `decodeX` and the functions named `asX` make one. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };

/** 32 bytes of SHA-256. */
export type Hash = Brand<Uint8Array, 'Hash'>;
/** Number of a block; genesis is 0. A safe integer. */
export type Height = Brand<number, 'Height'>;
/** `<org>`: 1–63 of a–z, 0–9, "-", starting with a letter. */
export type OrganizationId = Brand<string, 'OrganizationId'>;
/** `<org>/<member>`. */
export type MemberId = Brand<string, 'MemberId'>;
/** `<org>/<member>#<base64url of the 32-byte public key>`. */
export type KeyId = Brand<string, 'KeyId'>;
