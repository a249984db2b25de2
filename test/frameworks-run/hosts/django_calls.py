"""Reads cases from standard input, and writes what Django sends for each; its argument is the port of a PostgreSQL."""
import json
import sys
import types
import uuid

import django
from django.conf import settings

shop = types.ModuleType("shop")
shop.__path__ = []
shop.__file__ = __file__
sys.modules["shop"] = shop
server = {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1"}
server.update(NAME=sys.argv[2], USER="postgres", PORT=sys.argv[1])
settings.configure(
    DATABASES={"default": server},
    INSTALLED_APPS=["django.contrib.contenttypes"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.postgres import fields, indexes, operations
from django.db import connection, migrations, models, transaction
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django.db.models import functions

names = {"migrations": migrations, "models": models, "uuid": uuid}
for module in (fields, indexes, operations, functions):
    names.update({name: value for name, value in vars(module).items() if name[0].isupper()})


class Rollback(Exception):
    pass


def migration(name, code):
    made = Migration(name, "shop")
    made.operations = eval(f"[{code}]", dict(names))
    return made


def sent(code, state, backwards):
    log = []

    def note(execute, sql, params, many, context):
        text = connection.ops.compose_sql(str(sql), params) if params else str(sql)
        is_question = "pg_" in text and text.lstrip().upper().startswith("SELECT")
        if not is_question and not text.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            log.append(text)
        return execute(sql, params, many, context)

    try:
        with transaction.atomic():
            made = migration("0002", code)
            if backwards:
                with connection.schema_editor(atomic=False) as editor:
                    made.apply(state.clone(), editor)
            with connection.execute_wrapper(note):
                with connection.schema_editor(atomic=False) as editor:
                    (made.unapply if backwards else made.apply)(state.clone(), editor)
            raise Rollback
    except Rollback:
        return log
    except Exception as error:
        return None if "Irreversible" in repr(error) else repr(error)


given = json.load(sys.stdin)
state = ProjectState()
with connection.cursor() as cursor:
    cursor.execute("CREATE EXTENSION IF NOT EXISTS hstore")
with connection.schema_editor() as editor:
    state = migration("0001", given["base"]).apply(state, editor)
results = []
for case in given["cases"]:
    up, down = (sent(case["code"], state, backwards) for backwards in (False, True))
    result = {} if isinstance(up, str) else {"up": up}
    if not isinstance(down, str):
        result["down"] = down
    results.append({"error": up} if isinstance(up, str) else result)
json.dump({"tool": f"Django {django.get_version()}", "results": results}, sys.stdout)
