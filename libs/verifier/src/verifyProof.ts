import {
  ABSENCE_FORMAT, CONSISTENCY_FORMAT, formatOfProof, FRAUD_FORMAT, PRESENCE_FORMAT, PROVENANCE_FORMAT
} from '@lading/ledger/reading';
import { COUNTERSIGNED_FORMAT, verifyCountersigned, type CountersignedFacts } from './countersigned.js';
import { NOBLE, type VerifierCrypto } from './crypto.js';
import type { ProvenanceFacts } from './provenanceFacts.js';
import type { ReceiptFacts, Report } from './report.js';
import { verifyConsistency, type ConsistencyFacts } from './verifyConsistency.js';
import { verifyFraud, type FraudFacts } from './verifyFraud.js';
import { verifyProvenance } from './verifyProvenance.js';
import { verifyReceipt } from './verifyReceipt.js';
import { verifyState, type StateFacts } from './verifyState.js';

/** A report with the kind of proof it is about. */
export type ProofReport =
  | { readonly kind: 'receipt'; readonly report: Report<ReceiptFacts> }
  | { readonly kind: 'state'; readonly report: Report<StateFacts> }
  | { readonly kind: 'consistency'; readonly report: Report<ConsistencyFacts> }
  | { readonly kind: 'fraud'; readonly report: Report<FraudFacts> }
  | { readonly kind: 'countersigned'; readonly report: Report<CountersignedFacts> }
  | { readonly kind: 'provenance'; readonly report: Report<ProvenanceFacts> };

export interface ProofQuestion {
  /** The state key that a proof of presence or absence must be about; null: the file's own. */
  readonly key?: string | null;
  /** The key of the witness that a countersigned checkpoint must be of; null: the file's own. */
  readonly witness?: Uint8Array | null;
}

/** Verifies a proof of any kind, by the format that it says it has; what says none is judged as a receipt. */
export function verifyProof(
  file: Uint8Array | string,
  genesisBytes: Uint8Array,
  question: ProofQuestion = {},
  crypto: VerifierCrypto = NOBLE
): ProofReport {
  switch (formatOfProof(file)) {
    case PRESENCE_FORMAT:
    case ABSENCE_FORMAT:
      return { kind: 'state', report: verifyState(file, genesisBytes, question.key ?? null, crypto) };
    case CONSISTENCY_FORMAT:
      return { kind: 'consistency', report: verifyConsistency(file, genesisBytes, crypto) };
    case FRAUD_FORMAT:
      return { kind: 'fraud', report: verifyFraud(file, genesisBytes, crypto) };
    case COUNTERSIGNED_FORMAT:
      return { kind: 'countersigned', report: verifyCountersigned(file, genesisBytes, question.witness ?? null, crypto) };
    case PROVENANCE_FORMAT:
      return { kind: 'provenance', report: verifyProvenance(file, genesisBytes, crypto) };
    default:
      return { kind: 'receipt', report: verifyReceipt(file, genesisBytes, crypto) };
  }
}
