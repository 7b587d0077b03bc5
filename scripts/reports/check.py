"""Makes runs, and looks at their pages as readers do. See scripts/check-report."""

import argparse
import http.server
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

import html5lib

import browser
import live

HERE = pathlib.Path(__file__).resolve().parent
MEASURES = (HERE / "measures.js").read_text()
AXE = (pathlib.Path(importlib.util.find_spec("axe_core_python").origin).parent / "axe.min.js").read_text()
WIDTHS = (400, 1000, 1600)
LARGEST = 2_000_000
# Of axe's rules those of WCAG 2 up to AA, and what it calls good practice.
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Shop(http.server.BaseHTTPRequestHandler):
    """A service that sells right, for the run of a service."""

    protocol_version = "HTTP/1.1"
    lock = threading.Lock()
    left = 100

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with Shop.lock:
            sold = Shop.left > 0
            Shop.left -= sold
            left = Shop.left
        self.answer(200 if sold else 409, {"left": left})

    def do_GET(self):
        with Shop.lock:
            self.answer(200, {"left": Shop.left})

    def log_message(self, *_):
        pass


# No outcome stands for what its script answers, so that the report quotes it.
HOSTILE = """\
strategy: mine
keys: { stock: "{sale}:stock" }
scripts:
  buy: |
    redis.call('DECR', KEYS[1])
    return '<script>alert(1)</script>"&\u202eevil\\27[2J' .. string.rep('W', 3000)
open: [ "SET {stock} {units}" ]
buy:
  - script: buy
    keys: [ "{stock}" ]
    outcomes: [ { when: "== 1", then: won }, { when: "== 0", then: sold-out } ]
stock: GET {stock}
close: [ "DEL {stock}" ]
"""


def runs(folder):
    """Each kind of run: its name, its flags, and with what it may end."""
    small = ["--procs", "2", "--threads", "20", "--units", "200"]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shop = f"http://127.0.0.1:{server.server_address[1]}"
    (folder / "hostile.yaml").write_text(HOSTILE)
    return [
        ("upheld", ["--strategy", "lua", *small], (0,)),
        ("undersold", ["--strategy", "optimistic", *small], (0,)),
        ("violated", ["--strategy", "naive", *small, "--think-time", "1ms..5ms"], (1,)),
        ("inconclusive", ["--strategy", "lua", *small, "--units", "5000", "--buyers", "1", "--no-rehearsal"], (0, 2)),
        ("faulted", ["--strategy", "lua", *small, "--fault", "crash-redis@30%", "--persistence", "always"], (0, 2)),
        ("rate", ["--strategy", "lua", *small, "--rate", "2000/s", "--duration", "1s", "--burst", "200@300ms"], (0,)),
        ("service", ["--http", f"POST {shop}/buy", "--won", "200", "--sold-out", "409", "--units", "100",
                     "--procs", "2", "--threads", "10", "--stock", "http: GET /stock"], (0, 2)),
        ("hostile", ["--strategy", "hostile.yaml", "--procs", "1", "--threads", "4", "--units", "20", "--no-rehearsal"],
         (0, 1, 2)),
        # Two attempts and more for each of half a million purchases.
        ("million", ["--strategy", "naive", "--procs", "2", "--threads", "50", "--buyers", "1000000", "--units", "2000"],
         (0, 1, 2)),
    ]


def make(stress, folder, wanted):
    """The pages of the runs, by their names."""
    pages = {}
    for name, flags, codes in runs(folder):
        if wanted and name not in wanted:
            continue
        output = folder / name
        done = subprocess.run([stress, "run", *flags, "--output", str(output)], cwd=folder, capture_output=True, text=True)
        if done.returncode not in codes:
            raise SystemExit(f"check-report: the run {name} ended with {done.returncode}, not {codes}:\n{done.stderr}{done.stdout}")
        pages[name] = output.joinpath("latest").resolve() / "report.html"
        print(f"made {name}: {done.stdout.splitlines()[-1] if done.stdout else ''}", flush=True)
    if not wanted and len(pages) > 3:
        page = folder / "several.html"
        subprocess.run([stress, "report", *[str(pages[name].parent) for name in ("upheld", "violated", "faulted")],
                        "--output", str(page)], stdout=subprocess.DEVNULL)
        pages["several"] = page
    if not wanted:
        output = folder / "comparison"
        subprocess.run([stress, "compare", "naive", "lua", "optimistic", "--procs", "2", "--threads", "10", "--clients", "2",
                        "--units", "100", "--think-time", "1ms", "--runs", "6", "--output", str(output)],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pages["comparison"] = next(output.glob("*-compare/compare.html"))
    return pages


def structure(page):
    """What a strict reader of HTML has against it."""
    text = page.read_bytes()
    found = [] if len(text) < LARGEST else [f"{len(text)} bytes are more than {LARGEST}"]
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(text)
    found += [f"HTML: {place} {error} {details}" for place, error, details in parser.errors[:5]]
    if b"http://" in text.replace(b"http://www.w3.org/", b"").replace(b"http://127.0.0.1", b""):
        found += ["it names an address"] if b'src="http' in text or b'href="http' in text else []
    return found


def audit(tab):
    """What axe-core finds, contrast among it."""
    # It takes what is folded for what stands there.
    tab.evaluate("(() => { const sheet = new CSSStyleSheet(); "
                 "sheet.replaceSync('details:not([open]) > :not(summary) { display: none }'); "
                 "document.adoptedStyleSheets = [sheet]; })()")
    tab.evaluate(AXE + ";0")
    result = tab.evaluate(f"axe.run(document, {{runOnly: {json.dumps(RULES)}, resultTypes: ['violations']}})"
                          ".then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + "
                          "v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + (n.any[0]?.message || '')).join(' | ')))")
    return [f"axe: {one}" for one in result]


def look(tab, name, page, screenshots):
    """All that is wrong with a page in a browser."""
    url = page.resolve().as_uri()
    found = []
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            tab.size(width)
            tab.scheme(scheme)
            tab.script(True)
            tab.load(url)
            where = f"{width} {scheme}"
            problems = tab.complaints(url) + tab.evaluate(MEASURES) + audit(tab)
            # What is folded is a part of the page, too.
            tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            problems += [f"unfolded, {one}" for one in tab.evaluate(MEASURES) + (audit(tab) if width == 400 else [])]
            found += [f"{where}: {one}" for one in problems]
            if screenshots:
                tab.load(url)
                tab.screenshot(screenshots / f"{name}-{width}-{scheme}.png")
    tab.script(False)
    tab.size(1000)
    tab.load(url)
    found += [f"without script: {one}" for one in tab.complaints(url)]
    text = tab.call("Runtime.evaluate", expression="document.body.innerText", returnByValue=True)["result"].get("value", "")
    found += [] if "Where the units are" in text or "Side by side" in text or "Medians" in text else ["without script: its text is not there"]
    tab.script(True)
    return found


def tell(name, found):
    """Says what was found wrong, and how much that is."""
    print(f"{'FAIL' if found else 'ok  '} {name}", flush=True)
    for one in dict.fromkeys(found):
        print(f"     {one}")
    return len(found)


def main():
    arguments = argparse.ArgumentParser(prog="check-report")
    arguments.add_argument("--stress")
    arguments.add_argument("--screenshots", type=pathlib.Path)
    arguments.add_argument("--page", type=pathlib.Path, action="append", default=[])
    arguments.add_argument("--run", action="append", default=[], help="only this kind of run; may be repeated")
    given = arguments.parse_args()
    if given.screenshots:
        given.screenshots.mkdir(parents=True, exist_ok=True)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="check-report-"))
    failures = 0
    try:
        pages = {page.parent.name + "-" + page.stem: page for page in given.page}
        if not pages:
            pages = make(os.path.abspath(given.stress), folder, given.run)
        with browser.Browser() as chromium:
            tab = chromium.open()
            for name, page in pages.items():
                found = structure(page) + look(tab, name, page, given.screenshots)
                failures += tell(f"{name} ({page.stat().st_size:,} bytes)", found)
            if given.stress and not given.run:
                found = live.check(os.path.abspath(given.stress), folder, tab, lambda tab: tab.evaluate(MEASURES) + audit(tab),
                                   given.screenshots)
                failures += tell("the page of a run that goes on", found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
