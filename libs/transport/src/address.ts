export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]/]+)):([0-9]{1,5})$/;

/** `host:port` or `[IPv6]:port`; null when it is neither. */
export function parseAddress(text: string): PeerAddress | null {
  const match = ADDRESS.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) return null;
  return { host: match[1] ?? (match[2] as string), port };
}
