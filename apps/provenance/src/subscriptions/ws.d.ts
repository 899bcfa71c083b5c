/** What we use of `ws`, which comes without types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export default class WebSocket extends EventEmitter {
    constructor(address: string, options?: { readonly headers: Readonly<Record<string, string>> });
    readonly bufferedAmount: number;
    send(text: string): void;
    ping(): void;
    close(code: number, reason: string): void;
    terminate(): void;
  }

  export { WebSocket };

  export class WebSocketServer extends EventEmitter {
    constructor(options: {
      readonly noServer: true;
      readonly maxPayload: number;
      readonly perMessageDeflate: false;
      readonly clientTracking: false;
    });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, ready: (socket: WebSocket) => void): void;
  }
}
