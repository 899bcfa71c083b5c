import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeMessage, messageVoteBytes, proveEvidence, withSignature, type Evidence, type PhaseVote } from '@lading/consensus';
import { FileSigner, NETWORK_FILES, sodiumVerify } from '@lading/identity';
import { asHash, fromBase64Url, type Height } from '@lading/kernel';
import { decodeConfig, sha256Noble } from '@lading/ledger';
import type { EvidencePage } from '@lading/api';
import { withClient } from '@lading/storage';
import { ORGANIZATION, SingleNode } from './singleNode.js';

/** A node that holds evidence against its own validator: who has the key can make it. */
describe('the evidence that a node holds', () => {
  let node: SingleNode;
  let auditor: string;

  beforeAll(async () => {
    node = await SingleNode.start({ profile: 'open' });
    auditor = (await node.newMember('auditor', ['audit'])).token();
    const signer = await FileSigner.open(join(node.directory, ORGANIZATION, NETWORK_FILES.validator));
    await withClient(node.database.nodeUrl, async (client) => {
      for (let number = 1; number <= 5; number++) {
        const encoded = encodeMessage(doubled(signer, number));
        const values = [Buffer.from(sha256Noble(encoded)), number, `0:${number}`, Buffer.from(encoded)];
        const columns = '(digest, kind, number, epoch, validator, slot, encoded)';
        await client.query(`INSERT INTO ledger.evidence ${columns} VALUES ($1, 'COMMIT', $2, 0, 0, $3, $4)`, values);
      }
    });
  }, 120_000);
  afterAll(() => node.stop(), 60_000);

  /** Two COMMITs of one height. */
  function doubled(signer: FileSigner, height: number): Evidence {
    const [first, second] = [1, 2].map((byte) => {
      const blockHash = asHash(new Uint8Array(32).fill(byte));
      const unsigned = { type: 'COMMIT', epoch: 0, view: 0, height: height as Height, blockHash, signer: 0 } as const;
      return withSignature(unsigned, signer.sign(messageVoteBytes(unsigned, node.genesis.chainId))) as PhaseVote;
    });
    if (first === undefined || second === undefined) throw new Error('two votes');
    return { type: 'EVIDENCE', epoch: 0, what: 'COMMIT', first, second };
  }

  const ask = async (query: string, token = auditor): Promise<{ status: number; link: string | null; page: EvidencePage }> => {
    const answer = await node.call(`/v1/evidence${query}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, link: answer.headers.get('link'), page: answer.json as unknown as EvidencePage };
  };

  it('is shown to auditors, in pages, with whom it is against and what was said', async () => {
    const first = await ask('?perPage=3');
    expect([first.status, first.page.next, first.link]).toEqual([200, 3, '</v1/evidence?perPage=3&after=3>; rel="next"']);
    expect(first.page.items[0]).toMatchObject({ number: 1, kind: 'COMMIT', epoch: 0, organization: ORGANIZATION, slot: '0:1' });
    const said = first.page.items[0]?.statements.map(({ type, view, height }) => [type, view, height]);
    expect(said).toEqual([['COMMIT', 0, 1], ['COMMIT', 0, 1]]);
    const second = await ask('?perPage=3&after=3');
    expect([second.page.items.map(({ number }) => number), second.page.next, second.link]).toEqual([[4, 5], null, null]);
    expect((await ask('?after=5')).page).toEqual({ items: [], configs: [], next: null });
  });

  it('proves itself to whoever has the answer and nothing else', async () => {
    const { page } = await ask('');
    const config = decodeConfig(fromBase64Url(page.configs[0]?.config ?? '') ?? new Uint8Array());
    if (!config.ok) throw new Error(config.detail);
    for (const { encoded } of page.items) {
      const bytes = fromBase64Url(encoded) ?? new Uint8Array();
      expect(proveEvidence(bytes, config.value, sodiumVerify)).toMatchObject({ ok: true });
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      expect(proveEvidence(bytes, config.value, sodiumVerify)).toMatchObject({ code: 'EVIDENCE_FALSE' });
    }
  });

  it('is refused to others, and for numbers that are none', async () => {
    const clerk = await node.call('/v1/evidence', { headers: { authorization: `Bearer ${node.clerk.token()}` } });
    expect([clerk.status, clerk.json['code']]).toEqual([403, 'ROLE_MISSING']);
    for (const query of ['?after=-1', '?after=x', '?perPage=0', '?after=1&after=2']) expect((await ask(query)).status).toBe(400);
    expect(await readFile(join('docs', 'errors', 'PARAMETER_INVALID.md'), 'utf8')).toContain('PARAMETER_INVALID');
  });
});
