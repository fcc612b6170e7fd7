"""The app: the frame around the pages, and the server.

A page is one file in `pages/` with NAME, PATH, ORDER, `layout()` and `register(app)`.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import socket
import threading
from types import ModuleType

import dash
import dash_mantine_components as dmc
from dash import Input, Output, dcc, html

import landscape_dashboard.pages as _pages
from landscape.parameters import LandscapeError
from landscape_dashboard import routes
from landscape_dashboard.controls import button, icon

INDEX = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{%title%}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none'\
 stroke='%23767F8C' stroke-width='2.4' stroke-linecap='round'%3E%3Cpath d='M3 7c3-3 6 3 9 0s6 3 9 0M3 12.5c3-3 6 3 9\
 0s6 3 9 0M3 18c3-3 6 3 9 0s6 3 9 0'/%3E%3C/svg%3E">
{%css%}
</head>
<body>
{%app_entry%}
<footer class="dash-footer">{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


def pages() -> list[ModuleType]:
    """The modules of `pages/`, in the order of the navigation."""
    found = [
        importlib.import_module(f"{_pages.__name__}.{info.name}") for info in pkgutil.iter_modules(_pages.__path__)
    ]
    return sorted(found, key=lambda page: page.ORDER)


def create_app() -> dash.Dash:
    """The Dash app, with every page and route registered. Nothing is fetched from other hosts."""
    app = dash.Dash(
        "landscape_dashboard",
        title="Landscape",
        update_title=None,
        serve_locally=True,
        compress=True,
        suppress_callback_exceptions=True,
        assets_folder=str(routes.ASSETS),
        index_string=INDEX,
    )
    listed = pages()
    app.layout = lambda: frame(listed)
    for page in listed:
        page.register(app)
    routes.register(app)

    @app.callback(
        Output("page", "children"),
        Output("navigation", "children"),
        Output("actions", "hidden"),
        Input("address", "pathname"),
    )
    def _turn(path: str):
        page = next((page for page in listed if path == page.PATH), listed[0])
        links = [dcc.Link(each.NAME, href=each.PATH, className="current" if each is page else "") for each in listed]
        return page.layout(), links, page is not listed[0]  # Share, code and export are of Explore

    return app


def frame(listed: list[ModuleType]) -> dmc.MantineProvider:
    """Header and stores that all pages share."""
    logo = html.Div([icon("logo"), html.Strong("Landscape")], className="brand")
    menu = button("menu", "Settings", "open-rail", **{"data-action": "rail"})
    theme = html.Button([icon("moon"), icon("sun")], id="theme-button", className="icon-button", title="Light or dark",
                        n_clicks=0, **{"aria-label": "Light or dark"})  # fmt: skip
    header = html.Header(
        [
            menu,
            logo,
            html.Nav(id="navigation", **{"aria-label": "Pages"}),
            html.Div(_actions(), id="actions", className="actions"),
            theme,
        ],
        id="header",
    )
    stores = [dcc.Location(id="address", refresh=False), dcc.Store(id="theme", data="light", storage_type="local")]
    return dmc.MantineProvider(
        html.Div([*stores, header, html.Div(id="page"), html.Div(id="said", role="status")], id="frame"),
        id="provider",
        forceColorScheme="light",
        theme={"fontFamily": "Inter, 'Helvetica Neue', Arial, sans-serif", "primaryColor": "dark", "defaultRadius": 8},
    )


def _actions() -> list:
    """Share, code and export."""
    code = [("python", "Copy as Python"), ("shell", "Copy as shell command"), ("json", "Copy as JSON")]
    files = [(f"{figure}.{kind}", f"{label} as {kind.upper()}") for figure, label in
             (("contour", "Contour"), ("surface_3d", "Surface"), ("convergence", "Convergence"))
             for kind in ("png", "svg", "pdf", "html")]  # fmt: skip
    return [
        html.Button(
            [icon("share"), html.Span("Share")],
            className="button",
            title="Copy the link",
            **{"data-action": "share", "aria-label": "Share"},
        ),
        _menu("code", "Copy as code", code, "copy"),
        _menu("download", "Export", files, "export"),
    ]


def _menu(name: str, label: str, items: list[tuple[str, str]], action: str) -> dmc.Menu:
    target = dmc.MenuTarget(html.Button([icon(name), html.Span(label)], className="button", title=label,
                                        **{"aria-label": label}))  # fmt: skip
    entries = [dmc.MenuItem(text, **{"data-action": action, "data-value": value}) for value, text in items]
    return dmc.Menu([target, dmc.MenuDropdown(entries)], position="bottom-end", shadow="md", keepMounted=True)


def serve(*, host: str = "127.0.0.1", port: int = 8050, threads: int = 4) -> None:
    """Serve until interrupted, and say where."""
    import waitress

    if threads < 1:
        raise LandscapeError(f"--threads {threads} leaves nobody to answer; give 1 or more.")
    check_free(host, port)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    app = create_app()
    threading.Thread(target=routes.warm, daemon=True).start()
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    print(f"Landscape is at http://{shown}:{port}  (stop with Ctrl+C)", flush=True)
    try:
        waitress.serve(app.server, host=host, port=port, threads=threads, _quiet=True)
    except OSError as error:
        raise _taken(host, port, error) from None


def check_free(host: str, port: int) -> None:
    """Raise unless this server may listen there."""
    if not 1 <= port <= 65535:
        raise LandscapeError(f"--port {port} is not in 1 … 65535.")
    if not host:
        raise LandscapeError("Cannot listen at no address; try --host 127.0.0.1 (this machine) or 0.0.0.0 (all).")
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise _taken(host, port, error) from None


def _taken(host: str, port: int, error: OSError) -> LandscapeError:
    other = port + 1 if port < 65535 else 8050
    return LandscapeError(f"Cannot listen at {host}:{port}: {error.strerror or error}; try --port {other}.")
