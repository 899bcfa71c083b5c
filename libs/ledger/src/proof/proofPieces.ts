import { toJson, type Shape, type Value } from './shape.js';

/** A proof as `encodeProof` writes it, in pieces, one for each element of a list, for answers that are sent while they are written. */
export function* encodeProofPieces<S extends Shape>(format: string, shape: S, value: Value<S>): Generator<string> {
  yield `{"format":${JSON.stringify(format)}`;
  for (const [member, kind] of Object.entries(shape)) {
    const json = toJson(kind, value[member]);
    yield `,${JSON.stringify(member)}:`;
    if (!Array.isArray(json)) {
      yield JSON.stringify(json);
      continue;
    }
    yield '[';
    for (const [index, item] of json.entries()) yield `${index === 0 ? '' : ','}${JSON.stringify(item)}`;
    yield ']';
  }
  yield '}';
}
