import type { Call } from '../../call.js';
import { table } from '../../text/table.js';
import type { DemoStatus } from './control.js';

export function printDemo(call: Call, status: DemoStatus): void {
  if (call.out.isJson) {
    call.out.json(status);
    return;
  }
  if (call.out.format === 'env') {
    for (const { n, url, running } of status.organizations)
      call.out.line(`LADING_URL_${n}=${url}\nLADING_RUNNING_${n}=${running ? 1 : 0}`);
    return;
  }
  const { green, red } = call.out.colors;
  const rows = status.organizations.map(({ n, name, url, running, pid }) => [
    String(n),
    name,
    running ? green('running') : red('stopped'),
    url,
    pid === null ? '' : `process ${pid}`
  ]);
  call.out.line(table(rows));
  call.out.say(`Storage: ${status.storage}`);
}
