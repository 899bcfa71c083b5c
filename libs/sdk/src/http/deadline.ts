/** The end of a call: its own time limit, or the caller's signal. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** True once the time limit, and not the caller, ended it. */
  readonly isOver: boolean;
  /** Milliseconds left, never negative. */
  leftMs(): number;
  /** Must be called when the call is done, so that nothing keeps the process alive. */
  dispose(): void;
}

export function startDeadline(limitMs: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  const endMs = performance.now() + limitMs;
  let isOver = false;
  const onAbort = (): void => controller.abort(caller?.reason);
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort(new Error(`time limit of ${limitMs} ms`));
  }, limitMs);
  if (caller?.aborted === true) onAbort();
  else caller?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    leftMs: () => Math.max(0, endMs - performance.now()),
    dispose() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', onAbort);
    }
  };
}
