/** What the registry of company prefixes says about the digits of a key. */
export type PrefixVerdict = 'known' | 'unknown' | 'offline';

/** Asked with a text that begins with a company prefix. Without one, prefixes are not looked up. */
export type PrefixLookup = (text: string) => PrefixVerdict;

/** Checks one component of a value: null, or a few words on what is wrong. */
export type Lint = (data: string, lookup?: PrefixLookup) => string | null;

/** A lint from a test and the words for its failure. */
export const lint =
  (test: (data: string) => boolean, fault: string): Lint =>
  (data) =>
    test(data) ? null : fault;
