"""Reads cases from standard input, and writes what Alembic sends for each: {"tool": …, "results": [{"up": […]}]}."""
import io
import json
import sys

import alembic
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.dialects import postgresql


def sent(code):
    buffer = io.StringIO()
    options = {"as_sql": True, "output_buffer": buffer}
    context = MigrationContext.configure(dialect_name="postgresql", opts=options)
    exec(code, {"op": Operations(context), "sa": sa, "postgresql": postgresql})
    return [buffer.getvalue()]


results = []
for case in json.load(sys.stdin)["cases"]:
    try:
        results.append({"up": sent(case["code"])})
    except Exception as error:
        results.append({"error": repr(error)})
json.dump({"tool": f"Alembic {alembic.__version__}, SQLAlchemy {sa.__version__}", "results": results}, sys.stdout)
