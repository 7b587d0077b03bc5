"""The page of a run that goes on, as whoever watches it uses it: it moves, survives a reload, and stops the run."""

import re
import subprocess
import time

PATIENCE = 30
# Long enough to be looked at; the button ends it.
FLAGS = ["--procs", "2", "--threads", "20", "--units", "100000", "--think-time", "2ms..10ms", "--duration", "120s"]


def until(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise TimeoutError(what)


def start(stress, folder):
    """The run, and where it can be watched."""
    run = subprocess.Popen([stress, "run", *FLAGS, "--serve", "--output", str(folder / "live")], cwd=folder,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in run.stderr:
        if found := re.search(r"watched at (http://127\.0\.0\.1:\d+/\S+)", line):
            return run, found[1]
    raise SystemExit(f"check-report: the run tells no address; it ended with {run.wait()}")


def complaints(tab, url):
    """Of its own server it may ask."""
    return [one for one in tab.complaints(url) if not one.startswith("asks for " + url)]


def watch(run, url, tab, look, screenshots):
    found = []

    def text(selector):
        return tab.evaluate(f"document.querySelector({selector!r})?.innerText || ''")

    def moves():
        first = until(lambda: text("#headline"), "the page shows no progress")
        until(lambda: text("#headline") not in ("", first), "the page does not move")
        until(lambda: text("#rows dd"), "the page has no figures")

    tab.size(1000)
    tab.scheme("light")
    tab.load(url)
    moves()
    for width in (400, 1000, 1600):
        for scheme in ("light", "dark"):
            tab.size(width)
            tab.scheme(scheme)
            found += [f"{width} {scheme}: {one}" for one in look(tab)]
            if screenshots:
                tab.screenshot(screenshots / f"live-{width}-{scheme}.png")
    found += complaints(tab, url)
    tab.load(url)
    moves()
    tab.evaluate("document.querySelector('#stop').click()")
    until(lambda: tab.evaluate("!document.querySelector('#verdict').hidden"), "the page shows no verdict")
    found += [f"at the end: {one}" for one in look(tab)]
    if screenshots:
        tab.screenshot(screenshots / "live-over.png")
    code = run.wait(PATIENCE)
    return found + complaints(tab, url) + ([] if code == 130 else [f"stopping ended with {code}, not 130"])


def check(stress, folder, tab, look, screenshots):
    """All that is wrong with the page.

    look: what is wrong with what a tab shows.
    """
    run, url = start(stress, folder)
    try:
        return watch(run, url, tab, look, screenshots)
    except TimeoutError as error:
        return [str(error)]
    finally:
        if run.poll() is None:
            run.terminate()
            run.wait(PATIENCE)
