import type { TransactionAnswer } from '@lading/api';
import * as masterData from './masterData.js';
import { configChange, keyAdd, keyRevoke, memberAdd } from './membership.js';
import type { Operation } from './operationPayload.js';
import * as recalls from './recalls.js';
import * as transfers from './transfers.js';

type Answer = Promise<TransactionAnswer>;
type Encoder = (...given: never[]) => Operation;
type Actions<T extends Readonly<Record<string, Encoder>>> = {
  readonly [Name in keyof T]: (...given: Parameters<T[Name]>) => Answer;
};

const GROUPS = {
  transfers: { reject: transfers.rejectTransfer, cancel: transfers.cancelTransfer },
  disputes: { open: transfers.openDispute, resolve: transfers.resolveDispute },
  recalls: {
    open: recalls.openRecall,
    extend: recalls.extendRecall,
    acknowledge: recalls.acknowledgeRecall,
    report: recalls.reportRecall,
    close: recalls.closeRecall
  },
  masterData: {
    putLocation: masterData.putLocation,
    putProduct: masterData.putProduct,
    putProfile: masterData.putProfile,
    putLinks: masterData.putLinks,
    letPrefix: masterData.letPrefix,
    letAgent: masterData.letAgent,
    closeTransformation: masterData.closeTransformation
  },
  /** With the organization's admin key. */
  members: { add: memberAdd, addKey: keyAdd, revokeKey: keyRevoke },
  /** With an admin key, and the approvals of a quorum in the change. */
  network: { change: configChange }
} as const;

/** Every operation but capture as a call: it is signed, submitted, and resolves once it is committed, applied or not. */
export type MemberActions = { readonly [Group in keyof typeof GROUPS]: Actions<(typeof GROUPS)[Group]> };

/** The calls over a function that signs and submits. */
export function memberActions(perform: (operation: Operation) => Answer): MemberActions {
  const calls = (group: Readonly<Record<string, Encoder>>): object =>
    Object.fromEntries(
      Object.entries(group).map(([name, encode]) => [
        name,
        // The type above gives each call its encoder's own parameters.
        (...given: unknown[]) => perform(encode(...(given as never[])))
      ])
    );
  return Object.fromEntries(Object.entries(GROUPS).map(([name, group]) => [name, calls(group)])) as MemberActions;
}
