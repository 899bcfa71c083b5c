import { ApiFault } from '@lading/api';
import type { NamedQueryRow } from '@lading/storage';
import type { ProvenanceOptions } from '../provenance.options.js';

/** The query that an organization has kept under a name on this node. Throws QUERY_UNKNOWN. */
export async function namedQuery({ projection }: ProvenanceOptions, organization: string, name: string): Promise<NamedQueryRow> {
  const row = await projection.standing.findQuery(organization, name);
  if (row === null) throw new ApiFault('QUERY_UNKNOWN', `your organization has no query named ${name} on this node`);
  return row;
}
