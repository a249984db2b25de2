import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { type Analysis, analyze } from '../../server/src/analysis/analyze.js';
import { resolveConfig } from '../../server/src/analysis/config.js';
import { applyDocument } from '../../server/src/analysis/replay.js';
import { readMigration } from '../../server/src/analysis/sections.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { projectOf } from '../support/project.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import type { SqlDocument } from '../../server/src/sql/statement.js';

const allRules = ruleSet(rules);

/** A history, replayed once, behind which texts are analysed. A rule that throws is a fault. */
export class Subject {
  readonly documents: readonly SqlDocument[];
  private readonly before = new SchemaState();

  constructor(history: readonly string[]) {
    this.documents = history.map((text) => parseDocument(text));
    for (const document of this.documents) {
      applyDocument(document, this.before, []);
      this.before.release++;
    }
  }

  analyse(text: string, postgres: 14 | 16 | 18 = 16): Analysis {
    const path = 'migrations/0009_test.sql';
    const config = resolveConfig({ postgres });
    const project = projectOf(plainSql);
    return analyze(
      {
        path,
        ...readMigration(text, { path, config, project }),
        before: this.before.fork(),
        config,
        project,
        applied: false,
      },
      allRules,
      (rule, _statement, error) => {
        throw new Error(`${rule.meta.id}: ${String(error)}`, { cause: error });
      },
    );
  }
}
