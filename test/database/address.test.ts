import assert from 'node:assert/strict';
import { readAddress, shownAddress, withoutPassword } from '../../server/src/database/address.js';

/** Where a URL leads, as it is shown; or the error. */
function shown(url: string | undefined, environment: Record<string, string> = {}): string {
  try {
    return shownAddress(readAddress(url, environment));
  } catch (error) {
    assert.ok(error instanceof Error && error.name === 'DatabaseError', String(error));
    return error.message;
  }
}

describe('the address of a server', () => {
  it('never repeats a password, also where the URL is cut in another place than meant', () => {
    for (const password of [
      'geheim',
      'ge#heim',
      '12#geheim',
      'ge/heim',
      '12/geheim',
      '12?geheim',
      'ge?heim',
      'ge@heim',
      '1%geheim',
      '%67eheim',
    ])
      for (const rest of ['@db.example/shop', '@db.example:5433/shop?sslmode=require', '@[::1]/shop']) {
        const said = shown(`postgres://app:${password}${rest}`);
        assert.doesNotMatch(said, /heim|:12\b/, `${password}${rest}: ${said}`);
      }
    assert.equal(shown('postgres://app:geheim@db.example/shop'), 'app@db.example:5432/shop');
  });

  it('hides the password in what others say of it', () => {
    const address = readAddress('postgres://app:a%40b@db/shop', {});
    assert.equal(withoutPassword('bad a@b, a%40b', address), 'bad ***, ***');
  });

  it('is read from a variable, from psql’s variables, or from nowhere', () => {
    assert.equal(shown('env:DATABASE_URL', { DATABASE_URL: ' postgres://u@h/d\n' }), 'u@h:5432/d');
    assert.equal(shown('env:DATABASE_URL'), 'The variable DATABASE_URL is not set.');
    assert.equal(shown('env:x y'), 'env: takes the name of a variable.');
    assert.equal(shown(undefined, { PGHOST: 'h', PGUSER: 'u', PGDATABASE: 'd', PGPORT: '7' }), 'u@h:7/d');
    assert.match(shown(undefined, { PGUSER: 'u' }), /^Name the server: postgres:/);
  });

  it('takes sockets, defaults of psql and the words for encryption', () => {
    assert.equal(shown('postgres:///shop?host=/run/postgresql'), '/run/postgresql/.s.PGSQL.5432');
    assert.equal(shown('postgresql://%2Frun%2Fpostgresql:6000/shop'), '/run/postgresql/.s.PGSQL.6000');
    assert.equal(readAddress('postgres://u@h/d', { PGPASSWORD: 'p' }).password, 'p');
    assert.equal(readAddress('postgres://u@h/d', { PGSSLMODE: 'verify-full' }).tls, 'verify-full');
    assert.equal(readAddress('postgres://u@h/d?sslmode=no-verify', {}).tls, 'require');
    assert.equal(readAddress('postgres://u@h/d?pgbouncer=true&schema=x', {}).tls, 'prefer');
    assert.match(shown('postgres://u@h/d?sslmode=always'), /^sslmode takes disable,/);
    assert.match(shown('mysql://u@h/d'), /is no URL/);
    assert.match(shown('host=h dbname=d'), /is no URL/);
    assert.match(shown('postgres://u@h1:1,h2:2/d'), /cannot be read/);
  });
});
