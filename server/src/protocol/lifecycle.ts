import { ErrorCodes, LSPErrorCodes, type Message, ResponseError } from 'vscode-languageserver';
import type { Connection, MessageStrategy } from 'vscode-languageserver';

/** The method to which a request out of order is turned, so that it gets the answer that the protocol asks for. */
const refused = '$/airlock/refused';

interface Refusal {
  readonly code: number;
  readonly message: string;
}

/**
 * The order of a session as the protocol has it: nothing before `initialize`, that once, nothing but `exit` behind
 * `shutdown`. Requests out of order are answered with an error, notifications are dropped.
 */
export function sessionOrder(): MessageStrategy {
  let state: 'new' | 'open' | 'closed' = 'new';
  const refusalOf = (method: string): Refusal | undefined => {
    if (state === 'new' && method !== 'initialize')
      return { code: ErrorCodes.ServerNotInitialized, message: 'The session begins with "initialize".' };
    if (state === 'open' && method === 'initialize')
      return { code: ErrorCodes.InvalidRequest, message: 'The session is initialized already.' };
    if (state === 'closed') return { code: ErrorCodes.InvalidRequest, message: 'The session is shut down.' };
    return undefined;
  };
  return {
    handleMessage(message, next) {
      if (!isCall(message) || message.method === 'exit') return next(message);
      const refusal = refusalOf(message.method);
      if (refusal === undefined) {
        if (message.method === 'initialize') state = 'open';
        else if (message.method === 'shutdown') state = 'closed';
        return next(message);
      }
      if (!('id' in message)) return undefined;
      return next({ jsonrpc: message.jsonrpc, id: message.id, method: refused, params: refusal } as Message);
    },
  };
}

function isCall(message: Message): message is Message & { readonly method: string; readonly id?: unknown } {
  return 'method' in message && typeof message.method === 'string';
}

/** Answers what `sessionOrder` has turned away. */
export function answerRefused(connection: Connection): void {
  connection.onRequest(
    refused,
    ({ code, message }: Refusal) => new ResponseError(code ?? LSPErrorCodes.RequestFailed, message),
  );
}
