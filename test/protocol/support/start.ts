import { createServer } from '../../../server/src/protocol/server.js';
import type { CheckerOptions } from '../../../server/src/protocol/server.js';
import { SingleFileChecker } from './checker.js';
import { TestClient } from './test-client.js';

/** A server over a checker without a disk, and the client that talks to it. */
export function startSingleFileServer(): {
  readonly client: TestClient;
  readonly checker: SingleFileChecker;
  /** What the server gave the checker's maker; known after `initialize`. */
  readonly options: () => CheckerOptions | undefined;
} {
  const checker = new SingleFileChecker();
  let given: CheckerOptions | undefined;
  const host = {
    version: '1.2.3',
    pages: 'https://example.org/v1.2.3',
    createChecker(options: CheckerOptions) {
      given = options;
      return checker;
    },
  };
  return { client: new TestClient((connection) => createServer(connection, host)), checker, options: () => given };
}
