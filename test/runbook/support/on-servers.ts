import { initParser } from '../../../server/src/sql/postgres-parser.js';
import { onEachServer } from '../../facts/each-server.js';
import { cases, faultsOf } from './cases.js';

/** Runs every query of the runbooks on real servers. Out: how many cases are wrong. */
export async function runbooksOn(versions: readonly number[]): Promise<number> {
  await initParser();
  return onEachServer(versions, cases, faultsOf);
}
