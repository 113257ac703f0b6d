"""What `collectstatic` compresses, and what it calls files."""

import re
from itertools import chain
from pathlib import Path

from django.contrib.staticfiles.finders import FileSystemFinder

from config.static import CollectedFiles


def test_the_admins_files_are_left_as_they_are(tmp_path):
    for name in ("admin/css/base.css", "css/page.css"):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text("a { color: red; }\n" * 100)

    storage = CollectedFiles(location=tmp_path, base_url="/static/")
    made = sorted(compressed for _, compressed in storage.compress_files(["admin/css/base.css", "css/page.css"]))

    assert made == ["css/page.css.br", "css/page.css.gz"]
    assert (tmp_path / "css/page.css.br").is_file()


def test_what_our_scripts_import_is_called_by_its_digest(tmp_path):
    scripts = {
        name: (source, name)
        for name, source in FileSystemFinder().list([])
        if name.startswith("js/") and name.endswith(".js")
    }
    storage = CollectedFiles(location=tmp_path, base_url="/static/")
    for name, (source, _) in scripts.items():
        storage.save(name, source.open(name))
    problems = [name for name, _, done in storage.post_process(scripts) if isinstance(done, Exception)]

    assert problems == []
    final = {(tmp_path / name).resolve() for name in storage.hashed_files.values()}
    imports = {file: _imports(file) for file in final}
    assert set(chain.from_iterable(imports.values())) <= final
    for name, hashed in storage.hashed_files.items():
        assert len(imports[tmp_path / hashed]) == len(_imports(tmp_path / name))
    assert len(imports[tmp_path / storage.hashed_files["js/editor/main.js"]]) > 1


def _imports(script: Path) -> list[Path]:
    """The files that it names, however it does."""
    named = re.findall(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']""", script.read_text())
    return [(script.parent / each).resolve() for each in named]
