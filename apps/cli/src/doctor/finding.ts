/** One thing that was looked at. */
export interface Finding {
  readonly state: 'good' | 'bad' | 'unknown';
  readonly what: string;
  /** Cause and fix, when it is bad. */
  readonly cause: string;
  readonly fix: string;
}

export const good = (what: string): Finding => ({ state: 'good', what, cause: '', fix: '' });
export const unknown = (what: string): Finding => ({ state: 'unknown', what, cause: '', fix: '' });
export const bad = (what: string, cause: string, fix: string): Finding => ({ state: 'bad', what, cause, fix });
