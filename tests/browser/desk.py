"""A page of Chromium with JupyterLab in it, and the lessons that lie open there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lab import PATIENCE, Lab, wait_until
from look import SCREENSHOTS

if TYPE_CHECKING:  # the tests are skipped, not broken, where playwright is missing
    from playwright.sync_api import Browser, Locator, Page

SMALL = {"width": 1133, "height": 768}  # with the sidebar open leaves 700 pixels to an output
NEEDS_THE_NETWORK = ("colab-badge.svg", "mathjax")
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
OPEN = """async path => {
    const panel = await jupyterapp.commands.execute('docmanager:open', {path, factory: 'Notebook'});
    await panel.context.ready;
    await panel.sessionContext.ready;
    for (const cell of panel.content.widgets) cell.node.dataset.cell = `${path}#${cell.model.id}`;
}"""
CELLS = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === 'code')
    .map(cell => ({
        id: cell.model.id, count: cell.model.executionCount, state: cell.model.executionState,
        error: cell.model.outputs.toJSON().filter(output => output.output_type === 'error')
            .map(output => `${output.ename}: ${output.evalue}`).join(),
        warning: cell.model.outputs.toJSON().filter(output => output.name === 'stderr')
            .map(output => output.text).join(),
    }))"""
# What an expression is worth in the kernel, after some code. No cell runs: the focus stays.
ASK = """async ([code, expression]) => {
    const asked = {code, store_history: false, user_expressions: {worth: expression}};
    const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const {content} = await kernel.requestExecute(asked).done;
    const worth = content.user_expressions?.worth ?? content;
    if (worth.status !== 'ok') throw new Error(`${worth.ename}: ${worth.evalue}`);
    return worth.data['text/plain'];
}"""
# Notes in window.restarted when a kernel that restarts from now on is there again.
RESTARTS = """() => {
    const seen = new Set();
    window.restarted = false;
    jupyterapp.shell.currentWidget.sessionContext.statusChanged.connect((_, status) => {
        seen.add(status);
        window.restarted ||= seen.has('restarting') && status === 'idle';
    });
}"""
RUN = """async id => {
    const notebook = jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = notebook.widgets.findIndex(cell => cell.model.id === id);
    notebook.deselectAll();
    await jupyterapp.commands.execute('notebook:run-cell');
}"""


class Desk:
    """A page with the Lab; `complaints` are what the browser's console called errors."""

    def __init__(self, browser: Browser, lab: Lab) -> None:
        self.lab, self.complaints = lab, []
        self.page: Page = browser.new_page(viewport=SMALL)
        self.page.set_default_timeout(PATIENCE * 1000)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(f"{lab.url}/lab?reset")
        self.page.wait_for_function("window.jupyterapp?.shell?.isEmpty !== undefined")
        self.page.evaluate("jupyterapp.restored")

    def _said(self, message) -> None:
        where = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and not any(name in where for name in NEEDS_THE_NETWORK):
            self.complaints.append(where)

    def command(self, name: str, **arguments) -> None:
        """Run one of the Lab's commands, as its menus do."""
        self.page.evaluate(
            "([name, args]) => { jupyterapp.commands.execute(name, args); }", [name, arguments]
        )

    def theme(self, name: str) -> None:
        """Switch to "light" or "dark", as the menu Settings does."""
        self.command("apputils:change-theme", theme=THEMES[name])
        light = "true" if name == "light" else "false"
        self.page.wait_for_selector(f"body[data-jp-theme-light='{light}']", state="attached")

    def screenshot(self, name: str) -> None:
        """Keep what is seen of the page."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}.png")

    def open(self, path: str) -> Lesson:
        """Open a notebook of the server's folder and wait for its kernel."""
        self.page.evaluate(OPEN, path)
        self.lab.wait_for_kernel(path)
        return Lesson(self, path)

    def close(self) -> None:
        """Close the page."""
        self.page.close()


class Lesson:
    """A notebook that lies open, its cells found by their ids."""

    def __init__(self, desk: Desk, path: str) -> None:
        self.desk, self.page, self.path = desk, desk.page, path

    def cell(self, cell_id: str) -> Locator:
        """Return a cell."""
        return self.page.locator(f"[data-cell='{self.path}#{cell_id}']")

    def source(self, cell_id: str) -> str:
        """Return the text of a cell."""
        return self.page.evaluate(
            """id => jupyterapp.shell.currentWidget.content.widgets
                .find(cell => cell.model.id === id).model.sharedModel.source""",
            cell_id,
        )

    def output(self, cell_id: str) -> Locator:
        """Return what a cell shows below its source."""
        return self.cell(cell_id).locator(".jp-OutputArea-output").last

    def run_all(self) -> None:
        """Run all cells through the menu, as a learner does, and wait for the last one."""
        self._choose("Run", "Run All Cells")
        self._wait()

    def run(self, *cell_ids: str) -> Locator:
        """Bring this notebook to the front, run cells, and return what the last one shows."""
        self.page.evaluate(OPEN, self.path)
        for cell_id in cell_ids:
            self.page.evaluate(RUN, cell_id)
            self._wait(cell_id)
        return self.output(cell_ids[-1])

    def ask(self, expression: str, *, after: str = "") -> str:
        """Return what an expression is worth in the kernel, as text, once some code has run."""
        return self.page.evaluate(ASK, [after, expression])

    def cell_ids(self) -> list[str]:
        """Return the ids of the cells that the notebook has now."""
        return self.page.evaluate(
            "jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.id)"
        )

    def restart_kernel(self) -> None:
        """Restart the kernel through the menu, without running anything."""
        self.page.evaluate(RESTARTS)
        self._choose("Kernel", "Restart Kernel…")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.wait_for_function("window.restarted")
        self.desk.lab.wait_for_kernel(self.path)

    def _choose(self, menu: str, item: str) -> None:
        self.page.locator(".lm-MenuBar-itemLabel").get_by_text(menu, exact=True).click()
        self.page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()

    def _states(self) -> dict[str, dict]:
        return {state["id"]: state for state in self.page.evaluate(CELLS)}

    def _wait(self, cell_id: str | None = None) -> None:
        """Wait until one cell, or all, were run without an error and the kernel rests."""

        def watched() -> list[dict]:
            states = self._states()
            return [states[cell_id]] if cell_id else list(states.values())

        def ran() -> bool:
            return all(s["count"] is not None and s["state"] == "idle" for s in watched())

        wait_until(ran, f"{cell_id or 'all cells'} of {self.path} ran", 5 * PATIENCE)
        self.desk.lab.wait_for_kernel(self.path)
        failed = {s["id"]: s["error"] + s["warning"] for s in watched()}
        assert not any(failed.values()), failed
