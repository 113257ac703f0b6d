"""What `collectstatic` compresses."""

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
