import {
  claimsSchema,
  clonesSchema,
  conditionsSchema,
  correctionsSchema,
  custodySchema,
  gapsSchema,
  recallReachSchema,
  siteBalanceSchema,
  touchedSchema
} from '@lading/api';

/** What can be asked, with the form of each answer; `{id}` is the item or site asked about. */
export const QUESTIONS = {
  custody: { path: '/v1/custody/{id}', schema: custodySchema },
  touched: { path: '/v1/touched/{id}', schema: touchedSchema },
  reach: { path: '/v1/recall-reach/{id}', schema: recallReachSchema },
  conditions: { path: '/v1/conditions/{id}', schema: conditionsSchema },
  gaps: { path: '/v1/gaps/{id}', schema: gapsSchema },
  clones: { path: '/v1/clones/{id}', schema: clonesSchema },
  balance: { path: '/v1/sites/{id}/balance', schema: siteBalanceSchema },
  claims: { path: '/v1/sites/{id}/claims', schema: claimsSchema },
  corrections: { path: '/v1/corrections', schema: correctionsSchema }
} as const;
export type QuestionName = keyof typeof QUESTIONS;
export type QuestionAnswer<Name extends QuestionName> = ReturnType<(typeof QUESTIONS)[Name]['schema']['parse']>;

/** Path and parameters of a question; parameters without a value are left out. */
export function questionPath(
  path: string,
  id: string,
  parameters: Readonly<Record<string, string | number | undefined>>
): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`]
  );
  return path.replace('{id}', encodeURIComponent(id)) + (given.length === 0 ? '' : `?${given.join('&')}`);
}
