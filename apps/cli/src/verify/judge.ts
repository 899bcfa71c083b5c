import { decodeUtf8, toBase64Url } from '@lading/kernel';
import { verifyProof, type ProofQuestion, type ProofReport } from '@lading/verifier';

export type FileVerdict = 'VERIFIED' | 'FALSE' | 'UNCHECKABLE';

export interface JudgedFile {
  readonly proof: ProofReport;
  readonly verdict: FileVerdict;
  /** What was judged: without the line break that editors and shells add. */
  readonly bytes: Uint8Array;
}

/** Members of proofs; a file with most of them was meant as one, whatever was done to it since. */
const RECEIPT_MEMBERS = ['transaction', 'batchHeader', 'blockHeader', 'commitProof', 'outcome', 'checkpoint'];
const OTHER_FORMATS = /"format":"lading\/(?:provenance|presence|absence|consistency|fraud|countersigned)\//;

/** Judges a file by a genesis, and nothing else. Used by every program that verifies: they all give one answer. */
export function judgeFile(file: Uint8Array, genesisBytes: Uint8Array, question: ProofQuestion): JudgedFile {
  const bytes = withoutLineEnd(file);
  const proof = verifyProof(bytes, genesisBytes, question);
  return { proof, verdict: verdictOf(proof, bytes), bytes };
}

/** Editors and shells add a line break at the end of a file; the one form has none. */
function withoutLineEnd(file: Uint8Array): Uint8Array {
  return file.at(-1) === 0x0a ? file.subarray(0, file.at(-2) === 0x0d ? -2 : -1) : file;
}

/**
 * A changed proof may fail before any check can run, because it is no longer in its one form. That is an answer too:
 * such a file proves nothing, and a script must not take it for a mishap. Anything else is "could not check".
 */
function verdictOf({ report }: ProofReport, file: Uint8Array): FileVerdict {
  if (report.verdict !== 'MALFORMED') return report.verdict;
  const text = decodeUtf8(file.map((byte) => (byte < 0x80 ? byte : 0x3f))) ?? '';
  const found = RECEIPT_MEMBERS.filter((member) => text.includes(`"${member}":"`)).length;
  return found >= RECEIPT_MEMBERS.length / 2 || OTHER_FORMATS.test(text) ? 'FALSE' : 'UNCHECKABLE';
}

/** The same for programs; byte strings as base64url. */
export function reportJson({ proof, verdict }: JudgedFile, file: string, trust: string): object {
  const { facts, checks, notChecked, code, detail, proven } = proof.report;
  return { file, trust, kind: proof.kind, verdict, proven, code, detail, checks, notChecked, facts: plain(facts) };
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64Url(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
