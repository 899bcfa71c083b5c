/**
 * @lading/ledger/reading — what it takes to read the formats and to judge them: strict decoders, hashes, Merkle paths,
 * signatures. All that the verifier is made of comes from here; a node reads by the same code. Not here: writing, building
 * proofs and trees, executing, the JSON that members send. May import: kernel, @noble/*; of this lib nothing that writes.
 */
export * from './batchHeader.js';
export {
  BATCH_REF, blockHash, BLOCK_REFS, decodeBlockHeader, encodeBlockHeader, refLeaf, type BatchRef, type BlockHeader
} from './blockHeader.js';
export {
  decodeCertificate, decodeCheckpoint, decodeCommitProof,
  type Certificate, type CertificateFault, type CheckpointCertificate, type CommitProof
} from './certificate.js';
export * from './certificateCheck.js';
export * from './codec/decodeCbor.js';
export * from './codec/encodeCbor.js';
export * from './config.js';
export * from './configCodec.js';
export * from './crypto/ruleC1.js';
export * from './crypto/sha256Noble.js';
export * from './epochLink.js';
export { chainIdOf, decodeGenesis, encodeGenesis, PROTOCOL_VERSION, type GenesisFault, type GenesisFields } from './genesis.js';
export * from './hash.js';
export * from './identifiers.js';
export {
  anomalyLeaf, decodeLinks, EVENT_LINKS, eventLeaf, extendHead, linksHash, type EventLeafParts, type EventLinks, type ItemLink
} from './itemChain.js';
export * from './merkle/consistency.js';
export * from './merkle/inclusion.js';
export * from './merkle/subtree.js';
export * from './merkle/tree.js';
export * from './outcomeRecord.js';
export {
  decodeProof, encodeProof, formatOfProof, PROOF_BYTES, PROOF_COMMAS, type Kind, type ProofFault, type Shape, type Value
} from './proof/shape.js';
export * from './proof/shapes.js';
export * from './proof/signedVote.js';
export * from './quorum.js';
export * from './stateHashes.js';
export * from './stateProof.js';
export * from './transaction.js';
export {
  checkTransaction, decodeTransaction, signingInput, TRANSACTION_BYTES, transactionId, verifyTransaction
} from './transactionCodec.js';
export * from './vote.js';
