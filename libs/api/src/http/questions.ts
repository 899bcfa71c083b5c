import { z } from 'zod';
import { traceEventSchema } from './trace.js';

/** Answers to auditors' questions (spec/provenance.md §10). Amounts are decimal texts, times RFC 3339. */
const common = {
  height: z.int().describe('Ledger height that the answer reflects'),
  truncated: z.boolean().describe('A limit cut it off: the answer is a part')
};
const time = z.string();
const frontier = z.array(z.string()).describe('Where a truncated answer ends: ask on from these');
const eventRef = z.string().describe('<height>/<index>/<eventIndex> on the ledger');

const gaps = z.array(
  z.object({
    kind: z.enum(['NO_RECEIPT', 'NO_SHIPMENT', 'UNKNOWN_ORIGIN', 'JUMP', 'NOT_COMMISSIONED']),
    item: z.string(),
    event: eventRef,
    since: time,
    detail: z.string()
  })
);
const unreceived = z
  .array(z.object({ item: z.string(), from: z.string(), to: z.string().nullable(), since: time, event: eventRef }))
  .describe('Shipped, and by no event received by whom it was sent to: from here on nobody tells');

export const custodySchema = z.object({
  ...common,
  item: z.string(),
  at: time,
  asKnownAt: z.int().describe('Only events up to this height were looked at'),
  holder: z.string().nullable(),
  since: time.nullable(),
  inTransit: z.object({ from: z.string(), to: z.string().nullable(), since: time }).nullable(),
  containers: z.array(z.string()).describe('Around it then, innermost first'),
  place: z.string().nullable(),
  ended: z.enum(['consumed', 'sold', 'ended']).nullable(),
  event: eventRef.nullable(),
  holdings: z
    .array(z.object({ organization: z.string(), uom: z.string(), quantity: z.string(), to: z.string().nullable() }))
    .describe('Of a class: who held how much; sums of amounts, not things'),
  gaps: gaps.describe('What events up to `at` should say and do not: the holder is who said last that he had it')
});

export const touchedSchema = z.object({
  ...common,
  item: z.string(),
  products: z.array(
    z.object({
      product: z.string(),
      items: z.array(z.string()),
      confidence: z.enum(['instance', 'class', 'group']),
      share: z.number().nullable(),
      path: z.array(
        z.object({
          from: z.string(),
          to: z.string(),
          via: z.enum(['transformation', 'containment']),
          event: eventRef,
          share: z.number().nullable()
        })
      )
    })
  ),
  unreceived,
  frontier
});

export const conditionsSchema = z.object({
  ...common,
  item: z.string(),
  from: time,
  to: time,
  readings: z.int(),
  limits: z.array(z.object({ type: z.string(), uom: z.string(), min: z.string(), max: z.string() })),
  excursions: z.array(
    z.object({
      type: z.string(),
      uom: z.string(),
      min: z.string(),
      max: z.string(),
      allowedMin: z.string(),
      allowedMax: z.string(),
      from: time,
      to: time,
      source: z.enum(['item', 'container', 'place']),
      holder: z.string(),
      event: eventRef
    })
  ),
  gaps: z.array(z.object({ type: z.string(), from: time, to: time })).describe('Times without readings')
});

export const gapsSchema = z.object({
  ...common,
  item: z.string(),
  gaps
});

export const clonesSchema = z.object({
  ...common,
  item: z.string(),
  score: z.int().min(0).max(100).describe('A score to look by, not a verdict'),
  signals: z.array(z.object({ kind: z.string(), count: z.int(), weight: z.int() }))
});

const recallPlaces = {
  onHand: z.string(),
  inTransit: z.string(),
  consumed: z.string(),
  sold: z.string(),
  ended: z.string(),
  unaccounted: z.string()
};
export const recallReachSchema = z.object({
  ...common,
  item: z.string(),
  items: z.int(),
  lines: z.array(z.object({ organization: z.string(), product: z.string(), uom: z.string(), ...recallPlaces })),
  contacts: z.array(z.object({ from: z.string(), to: z.string() })).describe('Who handed over to whom'),
  unreceived,
  frontier
});

const flows = {
  opening: z.string(),
  received: z.string(),
  produced: z.string(),
  shipped: z.string(),
  consumed: z.string(),
  sold: z.string(),
  destroyed: z.string(),
  closing: z.string()
};
const sitePeriod = { ...common, site: z.string(), from: time, to: time };
export const siteBalanceSchema = z.object({
  ...sitePeriod,
  lines: z.array(
    z.object({
      subject: z.string(),
      uom: z.string(),
      units: z.array(z.string()).describe('That amounts were told in; several are converted into uom, exactly'),
      ...flows,
      counted: z.string().nullable(),
      difference: z.string().nullable().describe('A finding: closing − counted, or how far below zero the stock went'),
      untold: z.int().describe('Mentions that moved it without an amount: they are in no sum')
    })
  )
});

/** Balance of certificates at a site: what was made under a claim, against the certified material that went in. */
export const claimsSchema = z.object({
  ...sitePeriod,
  lines: z.array(
    z.object({
      claim: z.string(),
      uom: z.string(),
      opening: z.string(),
      input: z.string(),
      output: z.string(),
      closing: z.string(),
      overdrawn: z.string().nullable().describe('A finding: how far more was claimed than had gone in, at the worst'),
      event: eventRef.nullable().describe('That overdrew it first')
    })
  ),
  unexplained: z.array(z.string()).describe('Inputs that no event here brought into being: they count under no claim')
});

export const correctionsSchema = z.object({
  height: z.int(),
  corrections: z.array(
    z.object({
      declared: traceEventSchema,
      declarationTime: time.nullable(),
      reason: z.string().nullable(),
      correctedBy: z.array(z.string()),
      original: traceEventSchema.nullable(),
      dependants: z.array(z.string()).describe('Later events of others on the same items')
    })
  ),
  nextPageToken: z.string().nullable()
});

/** Also as CSV and XLSX. One row for each critical tracking event and lot; the last columns lead to its receipt. */
export const fsmaSchema = z.object({ ...common, columns: z.array(z.string()), rows: z.array(z.array(z.string())) });

/** Anybody may ask. */
export const recallStatusSchema = z.object({
  height: z.int(),
  item: z.string(),
  recalled: z.boolean(),
  recalls: z.array(z.object({ recall: z.string(), initiator: z.string(), subject: z.string() }))
});
export type RecallStatusAnswer = z.infer<typeof recallStatusSchema>;

export type CustodyAnswer = z.infer<typeof custodySchema>;
export type TouchedAnswer = z.infer<typeof touchedSchema>;
export type ConditionsAnswer = z.infer<typeof conditionsSchema>;
export type GapsAnswer = z.infer<typeof gapsSchema>;
export type ClonesAnswer = z.infer<typeof clonesSchema>;
export type RecallReachAnswer = z.infer<typeof recallReachSchema>;
export type SiteBalanceAnswer = z.infer<typeof siteBalanceSchema>;
export type ClaimsAnswer = z.infer<typeof claimsSchema>;
export type CorrectionsAnswer = z.infer<typeof correctionsSchema>;
export type FsmaAnswer = z.infer<typeof fsmaSchema>;
