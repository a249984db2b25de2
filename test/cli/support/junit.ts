import assert from 'node:assert/strict';

/** An element of XML. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot|apos);)/, 'an entity that XML has not');
  return text.replace(/&(\w+);/g, (_, name: string) => entities[name] ?? '');
}

/** Reads XML of elements, attributes in double quotes and text; whatever else stands there is refused. */
export function readXml(text: string): Element {
  // Characters that XML 1.0 has no place for.
  assert.doesNotMatch(text, /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u);
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  assert.ok(text.startsWith(head));
  const top: Element = { name: '', attributes: new Map(), children: [], text: '' };
  const open = [top];
  let at = head.length;
  while (at < text.length) {
    const parent = open.at(-1) ?? top;
    const tag = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>/y;
    tag.lastIndex = at;
    const found = tag.exec(text);
    if (!found) {
      const end = text.indexOf('<', at);
      const part = text.slice(at, end < 0 ? undefined : end);
      assert.ok(part !== '', `neither text nor a tag: ${text.slice(at, at + 80)}`);
      parent.text += unescaped(part);
      at += part.length;
      continue;
    }
    const [whole, slash, name = '', words = '', isEmpty] = found;
    at += whole.length;
    if (slash !== '') {
      assert.equal(name, parent.name);
      open.pop();
      continue;
    }
    const attributes = new Map<string, string>();
    for (const [, key = '', value = ''] of words.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
      assert.ok(!attributes.has(key), `${key} twice`);
      attributes.set(key, unescaped(value));
    }
    const element: Element = { name, attributes, children: [], text: '' };
    parent.children.push(element);
    if (isEmpty === '') open.push(element);
  }
  assert.equal(open.length, 1, 'an element without its end');
  assert.equal(top.children.length, 1);
  assert.equal(top.text.trim(), '');
  return top.children[0] ?? top;
}

/** What an element has: the attributes that it must have, those that it may have, and its children. */
const forms: Readonly<Record<string, readonly [must: string, may: string, children: string]>> = {
  testsuites: ['name tests failures errors', 'time', 'testsuite'],
  testsuite: ['name tests failures errors skipped', 'time', 'testcase'],
  testcase: ['name classname', 'time', 'failure error skipped system-out'],
  failure: ['type message', '', ''],
  error: ['type message', '', ''],
  'system-out': ['', '', ''],
};

/**
 * Checks a report by the schema of JUnit that Jenkins and GitLab go by: elements, their attributes, their order and their
 * counts. Out: the cases of each suite.
 */
export function junitOf(text: string): { readonly name: string; readonly cases: readonly Element[] }[] {
  const root = readXml(text);
  assert.equal(root.name, 'testsuites');
  checkForm(root);
  assertCounts(root);
  const suites = root.children;
  for (const suite of suites) assertCounts(suite);
  return suites.map(({ attributes, children }) => ({ name: attributes.get('name') ?? '', cases: children }));
}

function checkForm({ name, attributes, children, text }: Element): void {
  const [must, may, inside] = forms[name] ?? assert.fail(`JUnit has no <${name}>`);
  for (const each of must.split(' ').filter(Boolean)) assert.ok(attributes.has(each), `<${name}> without ${each}`);
  for (const each of attributes.keys()) assert.ok(`${must} ${may}`.split(' ').includes(each), `<${name}> has ${each}`);
  if (inside !== '') assert.equal(text.trim(), '', `text in <${name}>`);
  if (name === 'testcase') assert.ok(children.length <= 1);
  for (const child of children) {
    assert.ok(inside.split(' ').includes(child.name), `<${child.name}> in <${name}>`);
    checkForm(child);
  }
}

function assertCounts(element: Element): void {
  const cases = element.name === 'testsuite' ? element.children : element.children.flatMap(({ children }) => children);
  const having = (name: string): number =>
    cases.filter(({ children }) => children.some((child) => child.name === name)).length;
  const counted = (name: string): number => Number(element.attributes.get(name));
  assert.equal(counted('tests'), cases.length);
  assert.equal(counted('failures'), having('failure'));
  assert.equal(counted('errors'), having('error'));
}
