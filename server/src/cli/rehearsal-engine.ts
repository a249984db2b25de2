import type { Engine } from '../rehearsal/engine.js';
import { EmbeddedEngine } from '../rehearsal/pglite/engine.js';
import type { ProjectRehearsal } from '../rehearsal/project.js';
import { openServer } from '../rehearsal/server/open-server.js';
import { type Arguments, UsageError } from './arguments.js';

/** The engine that --url and --allow choose. Throws UsageError and DatabaseError. */
export async function engineFor({ values }: Arguments, { extensions }: ProjectRehearsal): Promise<Engine> {
  if (values.allow !== undefined && values.allow !== 'production')
    throw new UsageError(`--allow takes production, not "${String(values.allow)}".`);
  if (values.url === undefined) return new EmbeddedEngine(extensions);
  return openServer(String(values.url), {
    evenProduction: values.allow === 'production',
    advice: 'Name another server, or add --allow production.',
  });
}
