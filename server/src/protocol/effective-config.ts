import type { RuleMeta } from '../../../rules/engine/define-rule.js';
import { severityOf } from '../analysis/severity.js';
import type { LoadedConfig } from '../workspace/config-file.js';

/**
 * The configuration in force, every value written out, as JSON with comments that say where it comes from.
 * In: the file it is for, as it shall be called, and every rule.
 */
export function effectiveConfigText(subject: string, loaded: LoadedConfig, rules: readonly RuleMeta[]): string {
  const { config, path } = loaded;
  const origin = path ?? 'the defaults, because there is no airlock.config.json at or above it';
  const plain = {
    postgres: config.postgresMinor === undefined ? config.postgres : `${config.postgres}.${config.postgresMinor}`,
    ...(config.migrations === undefined ? {} : { migrations: config.migrations }),
    ...(config.ignore.length === 0 ? {} : { ignore: config.ignore }),
    framework: config.framework,
    transaction: config.transaction,
    applied: config.applied,
    ...(config.schema === undefined ? {} : { schema: config.schema }),
    timeZone: config.timeZone,
    timeouts: config.timeouts === 'set-elsewhere' ? config.timeouts : config.lockTimeout,
    contacts: config.contacts,
    thresholds: config.thresholds,
  };
  const head = JSON.stringify(plain, null, 2).replace(/\n\}$/, ',');
  return `// In force for ${subject}, from ${origin}.\n${head}\n  "rules": {\n${ruleLines(loaded, rules)}\n  }\n}\n`;
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
