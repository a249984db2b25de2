import { languageOf } from './languages.js';

/** What a file is to the running application. */
export type FileKind = 'code' | 'test' | 'aside';

const tests =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|__e2e__|fixtures?|__fixtures__|mocks?|__mocks__|cypress|playwright|factories|seeds?|__snapshots__|testdata|test-utils|testing)\/|[._-](?:test|tests|spec|specs|e2e|cy|stories|mock|fixture|fixtures)\.[^/]*$|\.\w*tests?\.[cm]?[jt]sx?$|(?:^|\/)(?:test_[^/]*\.py|conftest\.py|seeds?\.[^/]*)$|(?:Test|Tests|Spec|IT)\.(?:java|kt|cs|scala|php)$/;

/** Migrations, what a tool has made of the schema, and bundles. */
const aside =
  /(?:^|\/)(?:migrations?|migrate|alembic|versions|changelogs?|sqitch|flyway|generated|__generated__|\.?prisma-client|codegen)\/|(?:^|\/)db\/(?:\w+_)?(?:schema|structure)\.(?:rb|sql)$|(?:^|\/)drizzle\/[^/]*\.sql$|(?:^|\/)(?:structure|schema|dump|init)\.sql$|(?:^|\/)(?:database|supabase)\.types\.ts$|\.(?:generated|gen|min|bundle|pb)\.\w+$|_pb2?\.\w+$|\.g\.dart$|\.d\.ts$/;

/** By its path below the root; undefined for a file of no language that is looked at. */
export function fileKindOf(name: string): FileKind | undefined {
  if (!languageOf(name)) return undefined;
  if (aside.test(name)) return 'aside';
  return tests.test(name) ? 'test' : 'code';
}

/** So long a text in so long lines is a bundle. */
const BUNDLE = 20_000;
const LONG_LINES = 400;

/** True for a text that nobody has written: minified, or made by a tool that says so at its beginning. */
export function isMade(text: string): boolean {
  if (text.includes('\0')) return true;
  if (/@generated\b|\bcode generated\b|\bdo not (?:edit|modify)\b|auto-?generated/i.test(text.slice(0, 600)))
    return true;
  if (text.length < BUNDLE) return false;
  let lines = 1;
  const most = text.length / LONG_LINES;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) if (++lines > most) return false;
  return true;
}
