import { type Address, shownAddress, withoutPassword } from './address.js';
import { DatabaseError } from './error.js';

/** What an attempt to connect ended with, as one line that says what is wrong and what to do. `timeout` in ms. */
export function connectFailure(error: unknown, address: Address, timeout: number): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { code, message: raw } = error as { code?: unknown; message: string };
  const message = withoutPassword(raw, address);
  const at = shownAddress(address);
  const who = address.user === undefined ? 'this user' : `user "${address.user}"`;
  const say = (text: string, state?: string): DatabaseError => new DatabaseError(text, state);

  switch (code) {
    case 'ECONNREFUSED':
      return say(`Nothing listens at ${at}. Start the server, or correct host and port.`);
    case 'ENOENT':
      return say(`There is no server at the socket ${at}.`);
    case 'EACCES':
      return say(`The socket ${at} may not be opened by this user of the machine.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`The host "${address.host ?? 'localhost'}" cannot be found.`);
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return say(`${at} cannot be reached from here.`);
    case '28P01':
      return say(`The server refuses the password of ${who}.`, code);
    case '28000':
      return say(
        /no encryption|SSL off/i.test(message)
          ? `The server wants an encrypted connection. Add ?sslmode=require to the URL.`
          : `The server does not let ${who} in: ${message}.`,
        code,
      );
    case '3D000':
      return say(`There is no database "${address.database ?? address.user ?? ''}" at ${at}.`, code);
    case '53300':
      return say(`${at} has no connection left.`, code);
    case '57P03':
      return say(`${at} is starting up or shutting down. Try again.`, code);
    case 'ETIMEDOUT':
      return say(`${at} has not answered within ${timeout / 1000} s.`);
  }
  if (/timeout expired|Connection terminated due to connection timeout/.test(message))
    return say(`${at} has not answered within ${timeout / 1000} s.`);
  if (/password must be a (?:non-empty )?string/.test(message))
    return say(`The server asks ${who} for a password, and none is given. Put it into the URL or into PGPASSWORD.`);
  if (/does not support SSL/i.test(message))
    return say(`The server at ${at} does not encrypt. Where that is meant, add ?sslmode=disable to the URL.`);
  if (isTls(code)) return say(`The certificate of ${at} is not accepted: ${message}.`);
  if (code === 'ECONNRESET' || /terminated unexpectedly|socket hang up|error establishing an SSL/.test(message))
    return say(`${at} has closed the connection before it answered. Is it a PostgreSQL server?`);
  const state = typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code) ? code : undefined;
  return say(`Connecting to ${at} failed: ${message}.`, state);
}

function isTls(code: unknown): boolean {
  return typeof code === 'string' && /CERT|SIGNATURE|ISSUER|^ERR_TLS|^ERR_SSL|^EPROTO/.test(code);
}
