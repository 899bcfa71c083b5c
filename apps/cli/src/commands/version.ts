import type { Call } from '../call.js';
import { EXIT } from '../exitCodes.js';
import { VERSION } from '../version.js';

export async function run(call: Call): Promise<number> {
  const { version: node, platform, arch } = process;
  if (call.out.isJson) call.out.json({ lading: VERSION, node, platform, arch });
  else call.out.line(`lading ${VERSION}  (Node ${node}, ${platform} ${arch})`);
  return Promise.resolve(EXIT.ok);
}
