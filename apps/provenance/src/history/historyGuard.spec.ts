import type { ExecutionContext } from '@nestjs/common';
import { CaptureController } from '../capture/capture.controller.js';
import { Projector } from '../projector/projector.js';
import type { ProvenanceOptions } from '../provenance.options.js';
import { TraceController } from '../trace/trace.controller.js';
import { HistoryGuard } from './historyGuard.js';

/** Numbers of events that come after a gap. */
const TAIL = 2 ** 40;

/** A request to a controller, and a node whose query tables hold so many events; emptying them takes its time. */
async function asked(controller: unknown, events: number, historyFrom?: number): Promise<() => boolean> {
  const status = () => (historyFrom === undefined ? {} : { historyFrom });
  const position = { nextHeight: 8, nextIndex: 0, reflectedHeight: 7, events };
  const never = (): Promise<never> => new Promise(() => undefined);
  const options = {
    node: { status, onCommitted: () => () => undefined },
    projection: { position: () => Promise.resolve(position), reset: never },
    store: { lastHeight: never }
  } as unknown as ProvenanceOptions;
  const projector = new Projector(options);
  await projector.onApplicationBootstrap();
  const context = {
    getClass: () => controller,
    getHandler: () => ({ name: 'post' }),
    switchToHttp: () => ({ getRequest: () => ({ method: 'POST' }) })
  } as unknown as ExecutionContext;
  return () => new HistoryGuard(options, projector).canActivate(context);
}

describe('questions to a node that began from a snapshot', () => {
  const refused = expect.objectContaining({ code: 'HISTORY_NOT_HELD' }) as Error;

  it('are not answered while blocks are missing; events can be captured', async () => {
    expect(await asked(TraceController, TAIL + 3, 8)).toThrow(refused);
    expect((await asked(CaptureController, TAIL + 3, 8))()).toBe(true);
  });

  it('are not answered from what comes after the gap alone, when it is filled and the tables are not yet made anew', async () => {
    expect(await asked(TraceController, TAIL + 3)).toThrow(refused);
    expect((await asked(CaptureController, TAIL + 3))()).toBe(true);
  });

  it('are answered when everything is held', async () => {
    expect((await asked(TraceController, 3))()).toBe(true);
  });
});
