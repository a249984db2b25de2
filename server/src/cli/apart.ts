// The commands that stand in dist/server.js, with all that they need of their own: who checks a file does not load them.
export { checkText, reviewMigrations } from '../api/api.js';
export { writers } from './formats/index.js';
export { patchOf } from './patch.js';
export * as backfill from './commands/backfill.js';
export * as ci from './commands/ci.js';
export * as continueCommand from './commands/continue.js';
export * as drift from './commands/drift.js';
export * as fix from './commands/fix.js';
export * as init from './commands/init.js';
export * as lsp from './commands/lsp.js';
export * as mcp from './commands/mcp.js';
export * as newMigration from './commands/new.js';
export * as rehearse from './commands/rehearse.js';
export * as retry from './commands/retry.js';
export * as rollback from './commands/rollback.js';
export * as runbook from './commands/runbook.js';
export * as stats from './commands/stats.js';
export { rehearseRelease } from './rehearse-release.js';
