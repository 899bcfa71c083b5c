/**
 * @lading/membership — who may sign: organizations, members, keys and their state records; the checks every
 * transaction passes before its contract, and the dedupe entries of jti; operations member.add, key.add, key.revoke, and
 * what a config transaction does to members and keys (spec/membership.md). Not here: when it is effective,
 * tokens, HTTP. May import: ledger, kernel.
 */
export * from './admission.js';
export * from './configEffects.js';
export * from './genesisEntries.js';
export * from './jtiExpiry.js';
export * from './keys.js';
export * from './membershipContract.js';
export * from './operations.js';
export * from './records.js';
export * from './roles.js';
