/** A failure of this lib that an operator or a caller can act on; `code` has a page in docs/errors. */
export class IdentityFault extends Error {
  override readonly name = 'IdentityFault';

  constructor(
    readonly code: IdentityFaultCode,
    detail: string,
    options?: { readonly cause?: unknown }
  ) {
    super(`${code}: ${detail}`, options);
  }
}

export type IdentityFaultCode =
  | 'C1_SELF_TEST'
  | 'SHA256_SELF_TEST'
  | 'KEY_FILE_MODE'
  | 'KEY_FILE_FORMAT'
  | 'KEY_FILE_EXISTS'
  | 'KEY_FILE_MISSING'
  | 'KEY_PASSPHRASE'
  | 'NETWORK_PLAN';
