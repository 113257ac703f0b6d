"""Bringing documents to the importer the way people do: as files."""

import json

import pytest
from django.apps import apps
from django.core.management import call_command


@pytest.fixture
def bring(tmp_path, db, capsys):
    """Write documents (or raw bytes) into files and run the command on the folder; gives what it printed."""

    def run(*documents, **options):
        folder = tmp_path / "documents"
        folder.mkdir(exist_ok=True)
        for file in folder.iterdir():
            file.unlink()
        for number, document in enumerate(documents):
            content = document if isinstance(document, bytes) else json.dumps(document).encode()
            (folder / f"{number}.json").write_bytes(content)
        call_command("import_statuspage", str(folder), **options)
        return capsys.readouterr().out

    return run


@pytest.fixture
def all_rows(db):
    """Every row of every table of the app, as values."""

    def read():
        models = apps.get_app_config("incidents").get_models()
        return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}

    return read
