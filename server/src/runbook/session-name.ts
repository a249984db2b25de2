import { cutName } from '../sql/quote.js';
import type { PlannedMigration } from './migration.js';

/**
 * The application_name by which the sessions of a page are found: that of the migration, or of the release. Letters that
 * need no quotes in a shell, and not more bytes than PostgreSQL keeps (63). Undefined where no tool can give one.
 */
export function sessionName(migrations: readonly PlannedMigration[]): string | undefined {
  const [first] = migrations;
  if (!first || migrations.some(({ commands }) => commands.named === 'nothing')) return undefined;
  const plain = first.name.replace(/\.\w+$/, '').replace(/[^\w.-]+/g, '_');
  return cutName(`${migrations.length > 1 ? 'release' : 'migration'}_${plain}`);
}
