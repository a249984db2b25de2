import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { CancellationToken } from 'vscode-languageserver';
import type { StatusReporter } from './status.js';

/** Lets messages that have already arrived, such as an edit or a cancellation, be read before the work begins. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => soon(resolve));
}

/** Behind what is waiting already. A browser has no better word for it than a timer. */
function soon(work: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(work);
  else setTimeout(work, 0);
}

/** A document was closed while something was asked about it: no failure, but there is no answer either. */
export class DocumentClosed extends Error {
  constructor(uri: string) {
    super(`${uri} is no longer open`);
  }
}

/**
 * Runs a handler that must not take the server down: cancelled requests are answered as cancelled, and a bug gives
 * the empty result of its kind and a status, because stale results are worse than none.
 */
export async function safely<T>(
  status: StatusReporter,
  what: string,
  uri: string | undefined,
  token: CancellationToken,
  empty: T,
  work: () => Promise<T>,
): Promise<T | ResponseError<never>> {
  await breathe();
  if (token.isCancellationRequested) return cancelled();
  try {
    const result = await work();
    return token.isCancellationRequested ? cancelled() : result;
  } catch (error) {
    if (error instanceof DocumentClosed) return cancelled();
    status.fail(what, error, uri);
    return empty;
  }
}

function cancelled(): ResponseError<never> {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}
