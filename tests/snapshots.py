"""What a database holds, as lines that can be compared."""

from dev import database

# By kind: a query that gives one line per thing. Only what stands in `public`.
QUERIES = {
    "relation": """
        SELECT format('%s %s', c.relkind, c.relname) FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind <> 'i'
    """,
    "column": """
        SELECT format('%s.%s %s %s %s', c.relname, a.attname,
                      format_type(a.atttypid, a.atttypmod),
                      CASE WHEN a.attnotnull THEN 'NOT NULL' END,
                      pg_get_expr(d.adbin, d.adrelid))
          FROM pg_attribute a
          JOIN pg_class c ON c.oid = a.attrelid
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
           AND a.attnum > 0 AND NOT a.attisdropped
    """,
    "constraint": """
        SELECT format('%s %s %s', conrelid::regclass, conname,
                      pg_get_constraintdef(oid))
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    "index": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "function": """
        SELECT format('%s %s', p.oid::regprocedure, md5(p.prosrc)) FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace
    """,
    "trigger": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "extension": "SELECT extname FROM pg_extension",
    "xmlid": """
        SELECT format('%s.%s %s,%s %s', module, name, model, res_id, noupdate)
          FROM ir_model_data
    """,
    "field": "SELECT model || '.' || name FROM ir_model_fields",
    "implied group": "SELECT gid || ' implies ' || hid FROM res_groups_implied_rel",
    "group of user": "SELECT gid || ' of ' || uid FROM res_groups_users_rel",
    "setting": "SELECT key FROM ir_config_parameter",
    "default": "SELECT field_id || ' ' || json_value FROM ir_default",
    "module": "SELECT name || ' ' || state FROM ir_module_module",
}
# Rows in these come and go with whatever runs, and say nothing about an addon.
RESTLESS = {"bus_bus", "ir_cron_progress", "ir_cron_trigger", "ir_logging"}


def things(name):
    """Return the structure of a database and all that is registered in it."""
    return {
        f"{kind}: {line}"
        for kind, query in QUERIES.items()
        for (line,) in _rows(query, name)
    }


def counts(name):
    """Return the number of rows of every table."""
    parts = " UNION ALL ".join(
        f"SELECT 'rows: {table} ' || count(*) FROM \"{table}\""
        for table in _tables(name) - RESTLESS
    )
    return {line for (line,) in _rows(parts, name)}


def places(name, *tables):
    """Return where the rows of tables lie: other lines once a row was rewritten."""
    parts = " UNION ALL ".join(
        f"SELECT 'place: {table} ' || id || ' ' || ctid || ' ' || xmin FROM {table}"
        for table in tables
    )
    return {line for (line,) in _rows(parts, name)}


def difference(before, after):
    """Return what went (-) and what came (+), as lines."""
    gone = (f"- {line}" for line in sorted(before - after))
    come = (f"+ {line}" for line in sorted(after - before))
    return [*gone, *come]


def _tables(name):
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    tables = {table for (table,) in _rows(query, name)}
    return {table for table in tables if not table.startswith("orm_signaling_")}


def _rows(query, name):
    """Run a query that gives one text per row; a line break in it does not matter."""
    flat = f"SELECT regexp_replace(line, E'[\\n\\t]+', ' ', 'g') FROM ({query}) t(line)"
    return database.sql(flat, name)
