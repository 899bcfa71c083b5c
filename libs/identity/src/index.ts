/**
 * @lading/identity — who signs and who calls: rule C1 by libsodium with its start-up self-test, key files, TLS keys,
 * members' tokens and the guards of HTTP routes. Not here: the registry of keys (the ledger's; a port here), what
 * transactions mean, sockets. Keys are used, never logged.
 * May import: engine ports, api, membership, ledger, kernel; Nest, jose, sodium-native, libsodium-wrappers, x509.
 */
export { generateKeyPair, sodium, sodiumSign, sodiumVerify } from './c1.js';
export { c1Disagreements, selfTestC1 } from './c1SelfTest.js';
export type { C1Implementation } from './c1SelfTest.js';
export { C1_CASES } from './c1Vectors.js';
export type { C1Case } from './c1Vectors.js';
export { IdentityFault } from './fault.js';
export type { IdentityFaultCode } from './fault.js';
export { Authenticated, CurrentCaller, Public, Roles } from './guard/marks.js';
export type { AccessMark, AuthenticatedRequest } from './guard/marks.js';
export { identityProviders, RolesGuard } from './guard/roles.guard.js';
export { createKeyFile, FileSigner, inspectKeyFile } from './keys/keystore.js';
export type { KeyFileInfo, KeyProtection } from './keys/keystore.js';
export { readPassphraseFile, readSecretFile, writeSecretFile } from './keys/secretFile.js';
export { SeedSigner } from './keys/signer.js';
export type { Signer } from './keys/signer.js';
export { selfTestSha256, sha256Node } from './sha256Node.js';
export { loadNativeSodium } from './sodium/native.js';
export type { KeyPair, Sodium } from './sodium/sodium.js';
export { loadWasmSodium } from './sodium/wasm.js';
export { createTlsIdentity, spkiHashOf } from './tls/tlsIdentity.js';
export type { CertificateLife, TlsIdentity } from './tls/tlsIdentity.js';
export { issueToken, TOKEN_LIFE_SECONDS } from './tokens/issueToken.js';
export type { TokenRequest } from './tokens/issueToken.js';
export { KEY_REGISTRY, TOKEN_VERIFIER } from './tokens/registry.js';
export type { Caller, KeyRegistry, RegisteredKey, RegisteredMember } from './tokens/registry.js';
export { TokenVerifier } from './tokens/tokenVerifier.js';
export type { TokenVerifierOptions } from './tokens/tokenVerifier.js';
export { parseTokenText } from './tokens/tokenText.js';
export type { TokenClaims, TokenFault, TokenText } from './tokens/tokenText.js';
export { verifyToken } from './tokens/verifyToken.js';
export type { TokenRules, VerifiedToken } from './tokens/verifyToken.js';
export { createNetwork, createOrganization, NETWORK_FILES } from './network/createNetwork.js';
export type { NetworkPlan, OrganizationFiles, OrganizationPlan } from './network/createNetwork.js';
