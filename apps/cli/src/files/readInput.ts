import { readFileSync } from 'node:fs';
import { CliFailure } from '../failure.js';

/** Input larger than this is no file of events or proof. */
const INPUT_BYTES = 64 << 20;

/** The bytes of a file, or of stdin for "-". */
export async function readInput(name: string): Promise<Uint8Array> {
  if (name !== '-') return new Uint8Array(readFileSync(name));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > INPUT_BYTES) throw new CliFailure({ what: 'stdin has too many bytes', next: 'split the input' });
  }
  return new Uint8Array(Buffer.concat(chunks));
}
