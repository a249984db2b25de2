import fs from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createProtocolConnection,
} from 'vscode-languageserver-protocol/node';
import type { DataCallback, Disposable, Message, ProtocolConnection } from 'vscode-languageserver-protocol/node';

const root = path.resolve(__dirname, '..', '..', '..', '..');

/** What a worker of a browser has, and nothing of Node: neither `process` nor `require` nor `Buffer`. */
const globals = {
  ...{ AbortController, AbortSignal, atob, btoa, clearInterval, clearTimeout, console, Event, EventTarget },
  ...{ MessageChannel, performance, queueMicrotask, setInterval, setTimeout, structuredClone },
  ...{ TextDecoder, TextEncoder, URL },
};

type Listener = (event: { readonly data: unknown }) => void;

/**
 * Runs dist/web/server.js as a worker of a browser would, and gives the client's end of its connection. Messages are
 * copied as a browser copies them.
 */
export function startWorker(): ProtocolConnection {
  let toClient: DataCallback | undefined;
  const self = {
    onmessage: undefined as Listener | undefined,
    addEventListener() {},
    location: { href: 'blob:https://example.org/worker' },
    WorkerGlobalScope: class {},
    importScripts() {},
    postMessage(message: unknown) {
      const copy = structuredClone(message) as Message;
      setImmediate(() => toClient?.(copy));
    },
  };
  const scope = vm.createContext({ ...globals, ...self, self });
  const file = path.join(root, 'dist', 'web', 'server.js');
  vm.runInContext(fs.readFileSync(file, 'utf8'), scope, { filename: file });
  class Reader extends AbstractMessageReader {
    listen(callback: DataCallback): Disposable {
      toClient = callback;
      return { dispose() {} };
    }
  }
  class Writer extends AbstractMessageWriter {
    write(message: Message): Promise<void> {
      const data = structuredClone(message);
      setImmediate(() => self.onmessage?.({ data }));
      return Promise.resolve();
    }
    end(): void {}
  }
  return createProtocolConnection(new Reader(), new Writer());
}
