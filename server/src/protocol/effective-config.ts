import type { RuleMeta } from '../../../rules/engine/define-rule.js';
import type { Analysis } from '../analysis/analyze.js';
import { statedTransaction, transactionWords } from '../analysis/sections.js';
import { severityOf } from '../analysis/severity.js';
import type { LoadedConfig } from '../workspace/config-file.js';

/** The file that a configuration is shown for. */
export interface EffectiveSubject {
  /** As it shall be called. */
  readonly name: string;
  readonly analysis: Pick<Analysis, 'framework' | 'project' | 'transaction' | 'path' | 'config'>;
  /** Why it counts as applied or as pending. */
  readonly applied: string;
}

/**
 * The configuration in force, every value written out, as JSON with comments that say where it comes from.
 * In: the file it is for, as it shall be called, and every rule.
 */
export function effectiveConfigText(
  subject: EffectiveSubject,
  loaded: LoadedConfig,
  rules: readonly RuleMeta[],
): string {
  const { config, path } = loaded;
  const { framework, transaction, project } = subject.analysis;
  const origin = path ?? 'the defaults, because there is no airlock.config.json at or above it';
  const plain = {
    postgres: config.postgresMinor === undefined ? config.postgres : `${config.postgres}.${config.postgresMinor}`,
    ...(config.migrations === undefined ? {} : { migrations: config.migrations }),
    ...(config.ignore.length === 0 ? {} : { ignore: config.ignore }),
    framework: framework.id,
    transaction,
    applied: config.applied,
    ...(config.schema === undefined ? {} : { schema: config.schema }),
    timeZone: config.timeZone,
    timeouts: config.timeouts === 'set-elsewhere' ? config.timeouts : config.lockTimeout,
    code: config.code,
    contacts: config.contacts,
    thresholds: config.thresholds,
  };
  const head = JSON.stringify(plain, null, 2).replace(/\n\}$/, ',');
  const found = [
    `framework: ${framework.title}${project.version ? ` ${project.version}` : ''}, because ${project.because}`,
    `transaction: ${transactionWords[transaction]}${statedTransaction(subject.analysis) === undefined ? `, as ${framework.title} does it` : ''}`,
    `this file: ${subject.applied}`,
  ];
  const notes = found.map((each) => `// ${each}\n`).join('');
  return `// In force for ${subject.name}, from ${origin}.\n${notes}${head}\n  "rules": {\n${ruleLines(loaded, rules)}\n  }\n}\n`;
}

function ruleLines({ config }: LoadedConfig, rules: readonly RuleMeta[]): string {
  return rules
    .map((meta, index) => {
      const severity = severityOf(meta, config);
      const set = config.rules.get(meta.id);
      const options = set === undefined || Object.keys(set.options).length === 0 ? undefined : set.options;
      const value = JSON.stringify(options === undefined ? severity : [severity, options]);
      const comma = index < rules.length - 1 ? ',' : '';
      return `    ${JSON.stringify(meta.id)}: ${value}${comma}${set === undefined ? '' : ' // set in the file'}`;
    })
    .join('\n');
}
