import type { StandingStore } from '@lading/storage';
import type { OutboxPosition } from './outbox.types.js';
import type { PositionStore } from './outboxRunner.js';

const settingOf = (target: string): string => `outbox.position/${target}`;
const textOf = ({ height, index }: OutboxPosition): Uint8Array => Buffer.from(`${height}.${index}`);

/** Positions among the settings of the node's database: a rebuild of the query tables leaves them alone. */
export function storedPositions(standing: StandingStore): PositionStore {
  return {
    async load(target, initial) {
      const text = Buffer.from(await standing.setting(settingOf(target), textOf(initial))).toString('latin1');
      const [height, index] = text.split('.').map(Number);
      return { height: height ?? 0, index: index ?? 0 };
    },
    move: (target, from, to) => standing.moveSetting(settingOf(target), textOf(from), textOf(to))
  };
}
