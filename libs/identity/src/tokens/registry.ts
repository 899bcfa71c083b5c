/** What the ledger's registry says, as of the last block this node executed. Implemented by the node. */
export interface KeyRegistry {
  /** Exact lookup by key id (`<org>/<member>#<base64url key>`); null when never registered. */
  key(kid: string): Promise<RegisteredKey | null>;
  /** Exact lookup by member id (`<org>/<member>`); null when there is no such member. */
  member(id: string): Promise<RegisteredMember | null>;
  /** Calls back after a block that changed a key or a member; returns an unsubscribe function. */
  onChange?(listener: () => void): () => void;
}

export interface RegisteredKey {
  /** 'token' for keys that may sign tokens. */
  readonly purpose: string;
  /** 'active' or 'revoked'. */
  readonly status: string;
  readonly organization: string;
  /** `<member>` or `<org>/<member>`; not used to verify tokens. */
  readonly member: string;
}

export interface RegisteredMember {
  /** 'active', or anything else for a member who may not act. */
  readonly status: string;
  readonly roles: readonly string[];
}

/** Who is calling: taken from the ledger, never from the token alone. */
export interface Caller {
  readonly organization: string;
  /** `<org>/<member>`. */
  readonly member: string;
  /** The member's roles on the ledger that the token's scopes name as well. */
  readonly roles: readonly string[];
  /** The token's jti. */
  readonly tokenId: string;
}

/** Nest providers are found under these. */
export const KEY_REGISTRY = Symbol('lading.KeyRegistry');
export const TOKEN_VERIFIER = Symbol('lading.TokenVerifier');
