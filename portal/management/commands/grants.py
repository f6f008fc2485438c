"""python manage.py grants --to portal_app: what the portal's own database role may do, and what it may not."""

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from psycopg2 import sql


class Command(BaseCommand):
    help = "授予平台数据库角色读写权限，并收回只增表的修改与删除权限（run as the owner after every migrate）"

    def add_arguments(self, parser):
        parser.add_argument("--to", default="portal_app", help="数据库角色（database role）")

    @transaction.atomic
    def handle(self, *args, to, **options):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user = %s, current_database()", [to])
            same, database = cursor.fetchone()
            if same:
                raise CommandError(
                    "平台角色不能同时是数据表的所有者：请设置 DATABASE_OWNER_URL（the role owns the tables）"
                )
            names = {"role": sql.Identifier(to), "database": sql.Identifier(database)}
            for statement in STATEMENTS:
                cursor.execute(sql.SQL(statement).format(**names))
            present = set(connection.introspection.table_names(cursor))
            tables = append_only_tables() & present
            for verbs, refused in (("UPDATE, DELETE, TRUNCATE", tables), (EVERY_WRITE, kept_by_database() & present)):
                for table in sorted(refused):
                    cursor.execute(
                        sql.SQL(f"REVOKE {verbs} ON {{table}} FROM {{role}}").format(
                            table=sql.Identifier(table), **names
                        )
                    )
        self.stdout.write(f"{to}：可读写；只增表 {len(tables)} 张（append-only: {', '.join(sorted(tables)) or '–'}）")


STATEMENTS = [
    "GRANT CONNECT ON DATABASE {database} TO {role}",
    "GRANT USAGE ON SCHEMA public TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    "REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
    # A temporary table stands before the real one of the same name: a guard would ask it instead. So the role makes none,
    # and every function of ours looks in public first.
    "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {role}",
    """DO $$ DECLARE ours regprocedure; BEGIN
        FOR ours IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
            AND proowner = current_user::regrole
            AND NOT coalesce(proconfig @> ARRAY['search_path=public, pg_temp'], false)
        LOOP EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', ours); END LOOP;
    END $$""",
]


EVERY_WRITE = "INSERT, UPDATE, DELETE, TRUNCATE"


def append_only_tables():
    """The tables of the models that say so themselves: append_only = True."""
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)}


def kept_by_database():
    """The tables that only triggers write: kept_by_database = True."""
    return {model._meta.db_table for model in apps.get_models() if getattr(model, "kept_by_database", False)}
