// `npm run rename-rule -- <old-id> <new-id>`: gives a rule another name. The old one stays its alias for ever, so that
// configurations and suppressions go on to work. Files move, and every text that names the rule follows.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [old, next] = process.argv.slice(2);
const isId = (id) => /^(?:no|require|prefer)-[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id ?? '');

function end(message) {
  console.error(message);
  process.exit(2);
}

if (!isId(old) || !isId(next) || old === next)
  end('Usage: npm run rename-rule -- <old-id> <new-id>\nA rule id begins with no-, require- or prefer-.');

const categories = fs
  .readdirSync(path.join(root, 'rules'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && fs.existsSync(path.join(root, 'test', 'rules', entry.name)))
  .map((entry) => entry.name);
const category = categories.find((each) => fs.existsSync(path.join(root, 'rules', each, `${old}.ts`)));
if (category === undefined) end(`There is no rule ${old}.`);
if (categories.some((each) => fs.existsSync(path.join(root, 'rules', each, `${next}.ts`))))
  end(`${next} is there already.`);

for (const [folder, ending] of [
  ['rules', '.ts'],
  ['rules', '.md'],
  ['test/rules', '.test.ts'],
])
  fs.renameSync(path.join(root, folder, category, old + ending), path.join(root, folder, category, next + ending));

/** Where rules are named by hand; what is generated follows with `npm run generate`. */
const places = ['rules', 'server/src', 'client', 'test', 'examples', 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const whole = new RegExp(`(?<![\\w-])${old}(?![\\w-])`, 'g');
const files = places.flatMap((place) => {
  const full = path.join(root, place);
  if (fs.statSync(full).isFile()) return [full];
  return fs
    .readdirSync(full, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:ts|md|sql|json|txt)$/.test(file))
    .map((file) => path.join(full, file));
});
let changed = 0;
for (const file of files) {
  const before = fs.readFileSync(file, 'utf8');
  const after = before.replace(whole, next);
  if (after === before) continue;
  fs.writeFileSync(file, after);
  changed++;
}

const source = path.join(root, 'rules', category, `${next}.ts`);
const text = fs.readFileSync(source, 'utf8');
const withAlias = /\n {4}aliases: \[/.test(text)
  ? text.replace(/\n {4}aliases: \[/, `$&'${old}', `)
  : text.replace(`\n    id: '${next}',`, `$&\n    aliases: ['${old}'],`);
if (withAlias === text)
  end(`The meta of rules/${category}/${next}.ts has no id in a line of its own: add the alias '${old}'.`);
fs.writeFileSync(source, withAlias);

console.log(`${old} is ${next} now, in ${changed} files, and ${old} is its alias.`);
console.log('Now: npm run generate && npm test, and a line under Unreleased in CHANGELOG.md.');
