import type * as vscode from 'vscode';

/** A log in which no secret is written, whatever is traced: messages to the server hold the addresses of databases. */
export interface LogWithoutSecrets {
  readonly log: vscode.LogOutputChannel;
  /** From now on `***` stands in the place of this text. */
  hide(secret: string): void;
}

/** The same log as `output`, with a `trace` that hides secrets. */
export function logWithoutSecrets(output: vscode.LogOutputChannel): LogWithoutSecrets {
  const hidden = new Set<string>();
  const clean = (text: string): string => [...hidden].reduce((rest, secret) => rest.split(secret).join('***'), text);
  const trace = (message: string, ...args: unknown[]): void =>
    output.trace(clean(message), ...args.map((each) => (typeof each === 'string' ? clean(each) : each)));
  return {
    log: Object.create(output, { trace: { value: trace } }) as vscode.LogOutputChannel,
    hide: (secret) => {
      // A trace shows messages as JSON, and as JSON within JSON.
      const once = JSON.stringify(secret).slice(1, -1);
      for (const form of [secret, once, JSON.stringify(once).slice(1, -1)]) hidden.add(form);
    },
  };
}
