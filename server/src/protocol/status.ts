import type { Connection } from 'vscode-languageserver';
import { methods } from './messages/messages.js';
import type { StatusParams } from './messages/messages.js';

/** Reports to the client how the server is; the same news is not sent twice in a row. */
export interface StatusReporter {
  report(status: StatusParams): void;
  /** Logs an unexpected error with its stack and shows it as the status of `uri`. */
  fail(what: string, error: unknown, uri?: string): void;
  forget(uri: string): void;
}

/** Made once for each connection. */
export function createStatusReporter(connection: Connection): StatusReporter {
  const last = new Map<string, string>();
  let known: StatusParams | undefined;
  const report = (status: StatusParams): void => {
    const text = JSON.stringify(status);
    const key = status.uri ?? '';
    if (last.get(key) === text) return;
    last.set(key, text);
    if (status.state === 'ok') known = status;
    void connection.sendNotification(methods.status, status);
  };
  return {
    report,
    fail(what, error, uri) {
      const message = error instanceof Error ? error.message : String(error);
      connection.console.error(`${what}: ${error instanceof Error ? (error.stack ?? message) : message}`);
      const { postgres, rules, config } = known ?? { postgres: 0, rules: 0, config: '' };
      report({ state: 'error', postgres, rules, config, message: `${what}: ${message}`, ...(uri ? { uri } : {}) });
    },
    forget: (uri) => last.delete(uri),
  };
}
