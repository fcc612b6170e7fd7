"""An empty page with some of the dashboard's files, without a server."""

from contextlib import contextmanager
from pathlib import Path

ASSETS = Path(__file__).parents[2] / "apps" / "landscape_dashboard" / "assets"


@contextmanager
def empty_page(browser, styles, scripts, size):
    """The page with these files; fails at the end where an error was thrown."""
    context = browser.new_context(viewport=size)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"{error} {error.stack}"))
    page.set_default_timeout(60_000)
    for name in styles:
        page.add_style_tag(path=ASSETS / name)
    for name in scripts:
        page.add_script_tag(path=name)
    yield page
    context.close()
    assert problems == []
