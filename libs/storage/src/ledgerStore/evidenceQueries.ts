import { equalBytes, type Sha256 } from '@lading/kernel';
import type { NewEvidence, StoredEvidence } from '@lading/engine';
import type { Statement } from './appendStatement.js';
import type { Select } from './stateQueries.js';
import { bytes, corrupt, hash } from './storedRows.js';

interface EvidenceRow {
  readonly digest: Buffer;
  readonly kind: string;
  readonly recorded_at: Date;
  readonly number: string;
  readonly epoch: string;
  readonly validator: number;
  readonly slot: string;
  readonly encoded: Buffer;
}

/** Numbers have no gaps, because one connection writes them, one statement after the other. */
export function saveEvidenceStatement(evidence: NewEvidence, perValidator: number): Statement {
  const { digest, kind, epoch, validator, slot, encoded } = evidence;
  return {
    name: 'save-evidence',
    text: `INSERT INTO ledger.evidence (digest, kind, number, epoch, validator, slot, encoded)
      SELECT $1::bytea, $2::text, (SELECT coalesce(max(number), 0) + 1 FROM ledger.evidence), $3::bigint, $4::smallint,
        $5::text, $6::bytea
      WHERE (SELECT count(*) FROM ledger.evidence WHERE epoch = $3::bigint AND validator = $4::smallint) < $7::bigint
      ON CONFLICT DO NOTHING`,
    values: [Buffer.from(digest), kind, epoch, validator, slot, Buffer.from(encoded), perValidator]
  };
}

export class EvidenceQueries {
  constructor(
    private readonly select: Select,
    private readonly sha256: Sha256
  ) {}

  async after(number: number, limit: number): Promise<readonly StoredEvidence[]> {
    const rows = await this.select<EvidenceRow>(
      'SELECT * FROM ledger.evidence WHERE number > $1 ORDER BY number LIMIT $2',
      [number, limit]
    );
    return rows.map((row) => {
      const what = `evidence ${row.number}`;
      const encoded = bytes(row.encoded);
      if (!equalBytes(this.sha256(encoded), row.digest)) throw corrupt(what, 'its hash differs');
      return {
        ...{ digest: hash(row.digest, what), kind: row.kind, validator: row.validator, slot: row.slot, encoded },
        ...{ number: Number(row.number), epoch: Number(row.epoch), recordedAtMs: row.recorded_at.getTime() }
      };
    });
  }
}
