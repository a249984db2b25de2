# Reads cases from standard input, and writes what Rails sends for each; its argument is the port of a PostgreSQL.
require 'json'
require 'logger'
require 'active_record'

ActiveRecord::Base.establish_connection(
  adapter: 'postgresql', host: '127.0.0.1', port: ARGV[0].to_i, database: ARGV[1], username: 'postgres'
)
CONNECTION = ActiveRecord::Base.connection
CONNECTION.raw_connection.set_notice_receiver { |_| nil }
ActiveRecord::Migration.verbose = false

CONNECTION.execute <<~SQL
  CREATE SCHEMA other;
  CREATE TYPE public.mood AS ENUM ('a');
  CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION pg_trgm; CREATE EXTENSION "uuid-ossp";
  CREATE TABLE other.things (name text);
  CREATE TABLE users (id bigserial PRIMARY KEY, uid bigint UNIQUE, name varchar, email varchar,
    age integer CONSTRAINT old_enough CHECK (age > 1), created_at timestamp, updated_at timestamp);
  CREATE TABLE people (id bigserial PRIMARY KEY);
  CREATE TABLE categories (id bigserial PRIMARY KEY);
  CREATE TABLE statuses (id bigserial PRIMARY KEY);
  CREATE INDEX index_users_on_email ON users (email);
  CREATE TABLE posts (id bigserial PRIMARY KEY, user_id bigint, user_type varchar, author_id bigint, person_id bigint,
    category_id bigint, status_id bigint, title varchar);
SQL

LOG = []
ActiveSupport::Notifications.subscribe('sql.active_record') do |*, payload|
  is_own = %w[SCHEMA TRANSACTION].include?(payload[:name]) || payload[:sql] =~ /\A(?:BEGIN|ROLLBACK|COMMIT|SAVEPOINT|RELEASE)/
  LOG << payload[:sql] unless is_own
end

def migration(version, code)
  Class.new(ActiveRecord::Migration[version]) do
    define_singleton_method(:name) { 'Change' }
    class_eval("def change\n#{code}\nend")
  end
end

def sent(version, code, direction)
  CONNECTION.begin_transaction(joinable: false)
  if code.match?(/(?:remove|validate)_foreign_key|remove_reference.*foreign_key: true/)
    CONNECTION.execute('ALTER TABLE posts ADD CONSTRAINT fk_rails_5b5ddfd518 FOREIGN KEY (user_id) REFERENCES users(id)')
  end
  migration(version, code).new.exec_migration(CONNECTION, :up) if direction == :down
  CONNECTION.schema_cache.clear!
  LOG.clear
  migration(version, code).new.exec_migration(CONNECTION, direction)
  LOG.dup
rescue ActiveRecord::IrreversibleMigration
  nil
rescue StandardError => error
  # An index that is made concurrently cannot be made here; what was sent is known all the same.
  direction == :up && error.message.include?('CONCURRENTLY') ? LOG.dup : error.message
ensure
  CONNECTION.rollback_transaction
  CONNECTION.schema_cache.clear!
end

results = JSON.parse($stdin.read)['cases'].map do |each|
  up, down = %i[up down].map { |direction| sent(each['version'], each['code'], direction) }
  next { error: up } if up.is_a?(String)

  down.is_a?(String) ? { up: up } : { up: up, down: down }
end
puts JSON.dump(tool: "ActiveRecord #{ActiveRecord.version}", results: results)
