"""Habits of the house, held by tests: names, forms, templates, migrations, floors, texts."""

import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import get_template

from portal import documents

ROOT = settings.BASE_DIR
ROOMS = [
    "portal",
    "accounts",
    "notices",
    "counties",
    "projects",
    "acceptance",
    "funds",
    "reporting",
    "supervision",
    "disclosure",
]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
FOUND_BY_NAME = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}  # Django looks for these itself


def unused_templates():
    texts = [path.read_text() for path in (*TEMPLATES, *SOURCES)]
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    return [name for name in names if name not in FOUND_BY_NAME and not any(f'"{name}"' in text for text in texts)]


def test_no_template_is_unused():
    assert unused_templates() == []


def test_control_an_unused_template_is_found(tmp_path, monkeypatch):
    orphan = ROOT / "templates" / "nobody_includes_me.html"
    monkeypatch.setattr(sys.modules[__name__], "TEMPLATES", [*TEMPLATES, TEMPLATES[0].parent / "404.html"])
    monkeypatch.setattr(sys.modules[__name__], "SOURCES", [])
    monkeypatch.setattr(sys.modules[__name__], "FOUND_BY_NAME", set())
    assert "404.html" in unused_templates() and not orphan.exists()


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_compile_and_carry_no_inline_style_or_script(path):
    get_template(str(path.relative_to(ROOT / "templates")))
    text = path.read_text()
    if "print" not in path.parts and "email" not in path.parts:
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", text), path
        assert "|safe" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_form_that_posts_carries_token_and_request_key(path):
    for form in re.findall(r'<form[^>]*method="post".*?</form>', path.read_text(), re.S | re.I):
        assert "{% csrf_token %}" in form, path
        # a refused form brings back the key it was sent with, among its fields
        carried = "{% request_key %}" in form or "retry_fields" in form
        assert carried or path.name in ("sign_in.html", "base.html"), path


def test_no_dumping_grounds_signals_or_saves_with_side_effects():
    names = [path.name for path in ROOT.rglob("*.py") if ".venv" not in path.parts and "node_modules" not in path.parts]
    assert not {"utils.py", "helpers.py", "misc.py", "common.py"} & set(names)
    for path in SOURCES:
        text = path.read_text()
        assert "@receiver" not in text and "post_save" not in text, path
        assert "def save(self" not in text, path


def test_only_move_writes_a_status():
    """`status=` in an update or an assignment outside portal/flow.py would walk around the rules."""
    for path in SOURCES:
        if path.name == "flow.py":
            continue
        assert not re.search(r"\.status\s*=[^=]|update\([^)]*\bstatus=", path.read_text()), path


def test_migrations_are_named_for_what_they_do():
    for room in ROOMS:
        for path in (ROOT / room / "migrations").glob("[0-9]*.py"):
            assert not re.search(r"_(auto|alter|initial)\b|auto_\d", path.stem), path


def test_now_and_today_come_from_the_clock():
    for path in SOURCES:
        if path.name in ("clock.py", "outbox.py", "supervisor.py", "start.py"):
            continue
        assert not re.search(r"timezone\.now\(|date\.today\(|datetime\.now\(|localdate\(", path.read_text()), path


def test_documents_are_made_behind_one_wrapper():
    makers = [path for path in SOURCES if re.search(r"\bHTML\(", path.read_text())]
    assert makers == [ROOT / "portal/documents.py"]
    assert documents.render_pdf


def test_a_lower_floor_never_imports_a_higher_one():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_append_only_model_refuses_in_the_database(db):
    from django.db import connection

    guarded = [model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)]
    assert len(guarded) >= 7
    with connection.cursor() as cursor:
        for table in guarded:
            cursor.execute(
                "SELECT count(*) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
                " WHERE t.tgrelid = %s::regclass AND p.proname = 'portal_append_only'",
                [table],
            )
            assert cursor.fetchone()[0] == 2, table


def test_no_person_and_no_machine_stands_in_the_repository():
    this_machine = "/wo" + r"rk/|/ro" + r"ot/\."
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=false", "ls-files"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    for name in listed:
        if name.endswith((".py", ".html", ".md", ".toml", ".yml", ".js", ".css", ".lock", ".txt")):
            text = (ROOT / name).read_text(encoding="utf-8")
            assert not re.search(rf"(?<![\w.])({this_machine})", text), name
            if name.endswith((".lock", "package-lock.json")):
                assert not re.search(r"https?://", text), name


def fragments_without_a_token(templates):
    """Forms in fragments that are included with `only` and without their token: a browser's POST would be refused."""
    with_form = {name for name, text in templates.items() if "{% csrf_token %}" in text}
    include = re.compile(r'{% include "([^"]+)"([^%]*)only %}')
    return [
        (name, included)
        for name, text in templates.items()
        for included, given in include.findall(text)
        if included in with_form and "csrf_token=csrf_token" not in given
    ]


def test_a_form_in_a_fragment_gets_its_token():
    root = ROOT / "templates"
    templates = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.html")}
    assert fragments_without_a_token(templates) == []
    planted = {"_form.html": "{% csrf_token %}", "page.html": '{% include "_form.html" with form=form only %}'}
    assert fragments_without_a_token(planted) == [("page.html", "_form.html")]
