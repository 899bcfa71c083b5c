// The page of scripts/verifyPage/page.html: two files in, the report of `lading verify` out.
import { fromBase64Url, toHex } from '@lading/kernel';
import {
  admitPublicKey, isSubtree, leafHash, merkleRoot, sha256Noble, verifyC1Noble, verifyConsistency, verifyInclusion, verifySubtreeConsistency
} from '@lading/ledger';
import { judgeFile, reportJson } from './cli/verify/judge.js';
import { NO_PAINT, reportLines, verdictLine } from './cli/verify/reportLines.js';

const field = (id) => document.getElementById(id);
const bytesOf = async (id) => new Uint8Array(await field(id).files[0].arrayBuffer());

/** A witness is named by 43 characters; anything else is a key of the state. */
function questionOf(text) {
  const witness = text.length === 43 ? fromBase64Url(text) : null;
  if (witness?.length === 32) return { witness };
  return text === '' ? {} : { key: text };
}

function judge(proof, genesis, question, names) {
  const judged = judgeFile(proof, genesis, question);
  const place = { name: names.proof, trust: names.genesis, genesisBytes: genesis, explain: false, paints: NO_PAINT };
  const isChecked = judged.verdict !== 'UNCHECKABLE';
  const { code, detail } = judged.proof.report;
  const lines = isChecked
    ? [...reportLines(judged, place), verdictLine(judged, NO_PAINT)]
    : [`Could not check ${names.proof}: this says nothing about whether it is true (${code}: ${detail})`];
  return { judged, lines };
}

async function show() {
  const [proof, genesis] = ['proof', 'genesis'].map((id) => field(id).files[0]);
  if (proof === undefined || genesis === undefined) return;
  const names = { proof: proof.name, genesis: genesis.name };
  const question = questionOf(field('question').value.trim());
  const { judged, lines } = judge(await bytesOf('proof'), await bytesOf('genesis'), question, names);
  // As text: what a proof says can never become a part of the page.
  field('report').textContent = lines.join('\n');
  field('report').dataset.verdict = judged.verdict;
}

for (const id of ['proof', 'genesis', 'question']) field(id).addEventListener('change', () => void show());

/** For programs that drive the page, and for its tests: the same code on bytes. */
globalThis.ladingVerify = {
  judge: (proof, genesis, question = {}) => reportJson(judge(proof, genesis, question, { proof: 'proof', genesis: 'genesis' }).judged, 'proof', 'genesis'),
  c1: { admitPublicKey, verify: verifyC1Noble },
  sha256: (bytes) => toHex(sha256Noble(bytes)),
  merkle: { isSubtree, leafHash, merkleRoot, verifyConsistency, verifyInclusion, verifySubtreeConsistency }
};
