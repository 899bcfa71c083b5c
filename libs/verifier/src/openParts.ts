import { reject, type Ok, type Result } from '@lading/kernel';

/** The strict decoder of each part of a file that is an encoding of its own. */
type Decoders = Readonly<Record<string, (bytes: Uint8Array) => Result<unknown>>>;
type Opened<D extends Decoders> = { readonly [N in keyof D]: Extract<ReturnType<D[N]>, Ok<unknown>>['value'] };

/** Opens the parts that have a decoder; of one that does not open the place is told. */
export function openParts<D extends Decoders>(
  parts: { readonly [N in keyof NoInfer<D>]: Uint8Array },
  decoders: D,
  at = ''
): Result<Opened<D>> {
  const opened: [string, unknown][] = [];
  for (const [name, decode] of Object.entries(decoders)) {
    const part = decode(parts[name] as Uint8Array);
    if (!part.ok) return inside(`${at}/${name}`, part);
    opened.push([name, part.value]);
  }
  return { ok: true, value: Object.fromEntries(opened) as Opened<D> };
}

/** What is wrong in a part is wrong in the file. */
export function inside(pointer: string, fault: { readonly code: string; readonly detail: string }): Result<never> {
  return reject('PROOF_MALFORMED', `${fault.code}: ${fault.detail}`, pointer);
}
