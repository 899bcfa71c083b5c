import { toBase64Url } from '@lading/kernel';
import { NUMERIC_PARAMETERS, type EpochConfig, type OrganizationConfig } from '@lading/ledger';

/** What a change does, line by line, in words for the person who approves it. */
export function changeLines(config: EpochConfig, next: EpochConfig): string[] {
  const before = new Map(config.organizations.map((organization) => [organization.id, organization]));
  const after = new Set(next.organizations.map(({ id }) => id));
  const lines = next.organizations.flatMap((organization) => {
    const present = before.get(organization.id);
    return present === undefined ? joining(organization) : changed(present, organization);
  });
  for (const { id, name } of config.organizations) if (!after.has(id)) lines.push(`- ${id} (${name}) leaves`);
  for (const name of [...NUMERIC_PARAMETERS, 'profile'] as const) {
    const [old, now] = [config.parameters[name], next.parameters[name]];
    if (old !== now) lines.push(`~ parameter ${name}: ${old} becomes ${now}`);
  }
  return lines;
}

function joining(organization: OrganizationConfig): string[] {
  const { id, name, validatorKey, adminKey, roles = [] } = organization;
  return [
    `+ ${id} (${name}) joins`,
    `    validator key ${toBase64Url(validatorKey)}`,
    `    admin key     ${toBase64Url(adminKey)}`,
    ...roles.map((role) => `    as a ${role}`)
  ];
}

function changed(present: OrganizationConfig, next: OrganizationConfig): string[] {
  const text = (value: unknown): string => {
    if (value === undefined) return 'none';
    return value instanceof Uint8Array ? toBase64Url(value) : JSON.stringify(value);
  };
  // What was there and is gone counts, too.
  const fields = new Set([...Object.keys(present), ...Object.keys(next)] as (keyof OrganizationConfig)[]);
  return [...fields].flatMap((field) => {
    const [old, now] = [text(present[field]), text(next[field])];
    return old === now ? [] : [`~ ${next.id} ${field}: ${old} becomes ${now}`];
  });
}
