import { encodeCbor, type ExecutionContext, type NetworkParameters } from '@lading/ledger';
import type { SideValues } from './sideValues.js';
import { once, stored, text } from './storedFields.js';

type Profile = NetworkParameters['profile'];

export const profileKey = (organization: string): string => `provenance/profile/${organization}`;

/** CBOR [1, profile or '' for the network's alone]. */
export const encodeProfile = (profile: Profile | ''): Uint8Array => encodeCbor([1, profile]);

export const decodeProfile = (value: Uint8Array | null): Profile | '' => (value === null ? '' : read(value));

const read = once((value: Uint8Array): Profile | '' => text(stored(value, 2)[1]) as Profile | '');

export interface Chooser {
  readonly context: Pick<ExecutionContext, 'config' | 'organization'>;
  readonly values: Pick<SideValues, 'get'>;
}

/** The network's profile, and the one that the signer has chosen for its own events (operation `profile.put`). */
export function profilesOf({ context, values }: Chooser): readonly Profile[] {
  const network = context.config.parameters.profile;
  const own = decodeProfile(values.get(profileKey(context.organization)));
  return own === '' || own === network ? [network] : [network, own];
}
