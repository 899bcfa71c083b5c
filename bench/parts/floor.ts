import { SeedSigner } from '@lading/identity';
import { encodeHeader, keyId, signingInput } from '@lading/ledger';
import { ceilingPerSecond } from '../figures/figure.js';
import { floorSum, measureFloor, type Floor, type FloorTransaction } from '../floor/floor.js';
import { singleEvent } from '../load/events.js';
import type { BenchContext } from '../context.js';

/** The load's own transactions, signed by a key of their own. */
export function floorTransactions(count: number): FloorTransaction[] {
  const signer = new SeedSigner();
  const id = 'finca-alta';
  const iat = 1_767_225_600;
  const head = { alg: 'Ed25519', typ: 'lading+jws', kid: keyId(id, 'clerk', signer.publicKey), op: 'epcis.capture' } as const;
  return Array.from({ length: count }, (_, n) => {
    const header = encodeHeader({ ...head, chain: 'A'.repeat(43), jti: `floor-${n}`, iat, exp: iat + 3600, lanes: [] });
    const payload = singleEvent(id, 1, n);
    const signature = signer.sign(signingInput(header, payload));
    const text = [header, payload, signature].map((part) => Buffer.from(part).toString('base64url')).join('.');
    return { line: Buffer.from(text, 'latin1'), publicKey: signer.publicKey };
  });
}

const NAMES: Readonly<Record<keyof Floor, string>> = {
  verify: 'signature check by libsodium',
  parse: 'strict scan and parse of header and event',
  hash: 'SHA-256 of transaction, leaf and event',
  insertClient: 'one binary statement: client',
  insertServer: 'one binary statement: server'
};

/** Figure e: what the processors alone could do. */
export async function floorPart({ server, sizes, book, nodes, cores, log }: BenchContext): Promise<void> {
  const transactions = floorTransactions(sizes.floorTransactions);
  const runs: Floor[] = [];
  // The first run warms the code up.
  for (let run = 0; run <= sizes.runs; run++) {
    const floor = await measureFloor(server.adminUrl, transactions);
    if (run > 0) runs.push(floor);
    log(`floor: ${floorSum(floor).toFixed(1)} µs`);
  }
  for (const [name, what] of Object.entries(NAMES) as [keyof Floor, string][])
    book.add(`floor.${name}`, `floor: ${what}`, 'µs', runs.map((floor) => floor[name]), {}, 'neither');
  const sums = runs.map(floorSum);
  book.add('floor.sum', 'floor: sum by transaction and node', 'µs', sums, { atMost: 90 });
  const ceilings = sums.map((sum) => ceilingPerSecond(cores, nodes, sum));
  book.add('floor.ceiling', `ceiling: ${cores} cores ÷ (${nodes} nodes × the sum)`, 'tx/s', ceilings, {}, 'neither');
}
