from pathlib import Path

from digest import resources


def test_a_checkout_has_them_at_its_top_level() -> None:
    assert (resources.templates_dir() / "email" / "digest" / "body.html.j2").is_file()
    assert resources.newsletters_dir().name == "newsletters"
    assert resources.prefect_file().is_file()


def test_an_installed_wheel_carries_them_inside(tmp_path: Path) -> None:
    (tmp_path / "digest" / "_resources").mkdir(parents=True)
    assert resources._root(tmp_path / "digest") == tmp_path / "digest" / "_resources"
    assert resources._root(tmp_path / "digest" / "_resources") == tmp_path / "digest"
