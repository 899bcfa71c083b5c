import { LadingClient, LadingError } from '@lading/sdk';
import { Unanswered, type ComparedNode } from './types.js';

/** A node that does not listen is not waited for longer. */
const STATUS_MS = 5_000;

/** A node by its address. What it does not answer is thrown as Unanswered, with its name. */
export function askedNode(url: string, timeoutMs: number, token: () => Promise<string>): ComparedNode {
  const client = new LadingClient({ urls: [url], timeoutMs, token });
  const answers = client.compared({ timeoutMs });
  const asked = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(named(url, error)));
  return {
    name: url,
    status: async () => {
      const status = await asked(client.status({ timeoutMs: Math.min(STATUS_MS, timeoutMs) }));
      const { organization, chainId, mode, height, certifiedHeight, historyFrom = null, reason } = status;
      return { organization, chainId, mode, height, certifiedHeight, historyFrom, reason };
    },
    configHash: async (height) => {
      const { epochs } = await asked(client.network());
      return epochs.filter(({ startHeight }) => startHeight <= height).at(-1)?.configHash ?? null;
    },
    whose: async (height) => {
      try {
        const { proposer, signers } = await client.block(height);
        return ` by ${proposer}, committed by ${signers.join(', ')}`;
      } catch (error) {
        // The node answers, and not with a block: it does not read back what it has stored.
        if (error instanceof LadingError && (error.status ?? 0) >= 500) return null;
        throw named(url, error);
      }
    },
    history: (part, from, to) => asked(answers.history(part, from, to)),
    atHeight: (height) => asked(answers.atHeight(height)),
    window: () => asked(answers.window()),
    tree: (height, depth, index) => asked(answers.tree(height, depth, index)),
    buckets: (height, buckets) => asked(answers.buckets(height, buckets)),
    changes: () => asked(answers.changes()),
    rows: (bucket) => asked(answers.rows(bucket))
  };
}

function named(url: string, error: unknown): unknown {
  if (!(error instanceof LadingError)) return error;
  return new Unanswered(url, error.code, error.detail, error.status === 401 || error.status === 403);
}
