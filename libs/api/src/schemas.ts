import { z } from 'zod';
import {
  heightRowsSchema,
  historyDigestsSchema,
  stateBucketsSchema,
  stateChangesSchema,
  stateRowsSchema,
  stateWindowSchema,
  treeHashesSchema
} from './http/audit.js';
import { captureJobSchema, queryDocumentSchema } from './http/capture.js';
import { evidencePageSchema } from './http/evidence.js';
import {
  blockViewSchema,
  membersSchema,
  transactionAnswerSchema,
  transactionLineSchema,
  transactionViewSchema
} from './http/ledger.js';
import { networkViewSchema } from './http/network.js';
import { problemSchema } from './http/problem.js';
import {
  claimsSchema,
  clonesSchema,
  conditionsSchema,
  correctionsSchema,
  custodySchema,
  fsmaSchema,
  gapsSchema,
  recallReachSchema,
  siteBalanceSchema,
  touchedSchema
} from './http/questions.js';
import { healthSchema, nodeStatusSchema, peerSchema } from './http/status.js';
import { itemSchema, traceSchema } from './http/trace.js';

const SCHEMAS = {
  Problem: problemSchema,
  TransactionAnswer: transactionAnswerSchema,
  TransactionView: transactionViewSchema,
  TransactionLine: transactionLineSchema,
  Block: blockViewSchema,
  Members: membersSchema,
  Network: networkViewSchema,
  EvidencePage: evidencePageSchema,
  HistoryDigests: historyDigestsSchema,
  HeightRows: heightRowsSchema,
  StateWindow: stateWindowSchema,
  TreeHashes: treeHashesSchema,
  StateBuckets: stateBucketsSchema,
  StateChanges: stateChangesSchema,
  StateRows: stateRowsSchema,
  Peer: peerSchema,
  NodeStatus: nodeStatusSchema,
  Health: healthSchema,
  CaptureJob: captureJobSchema,
  EPCISQueryDocument: queryDocumentSchema,
  Trace: traceSchema,
  Item: itemSchema,
  Custody: custodySchema,
  Touched: touchedSchema,
  Conditions: conditionsSchema,
  Gaps: gapsSchema,
  Clones: clonesSchema,
  RecallReach: recallReachSchema,
  SiteBalance: siteBalanceSchema,
  Claims: claimsSchema,
  Corrections: correctionsSchema,
  FsmaReport: fsmaSchema
} as const;
export type SchemaName = keyof typeof SCHEMAS;

/** A reference to one of the schemas that `openApiSchemas` puts into the document. */
export const schemaRef = (name: SchemaName): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** JSON Schemas of every answer, for `components.schemas` of the OpenAPI document. */
export function openApiSchemas(): Record<SchemaName, Record<string, unknown>> {
  const made = Object.entries(SCHEMAS).map(([name, schema]) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'openapi-3.0' }) as Record<string, unknown>;
    return [name, rest] as const;
  });
  return Object.fromEntries(made) as Record<SchemaName, Record<string, unknown>>;
}
