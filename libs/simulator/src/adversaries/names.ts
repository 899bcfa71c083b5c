/** The scripts of Byzantine validators. */
export const ADVERSARIES = [
  'equivocating leader',
  'header forger',
  'silent leader',
  'clock freezer',
  'clock forger',
  'two-faced new view',
  'subset chooser',
  'stale view change',
  'lying view change',
  'suspect everything',
  'vote withholder',
  'two-faced voter',
  'duplicate signers',
  'mutator',
  'replayer',
  'bad sync server',
  'selective author',
  'lane forker',
  'lane omitter',
  'garbage flood',
  'usurper'
] as const;

export type AdversaryName = (typeof ADVERSARIES)[number];
