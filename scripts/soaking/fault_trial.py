"""One trial with planned faults: the verdict against what the run's own files say."""

import collections
import pathlib

import faults
import safety
from broken import BROKEN_COPIES
from oracle import History, accusations_without_ground, reasons_against_upheld
from trial import Trial

EXIT_CODES = {"upheld": 0, "violated": 1, "inconclusive": 2}

# After these the stock is not what the sale made of it.
RESETTING = {"crash-redis", "stop-redis", "power-cut", "evict-stock", "evict-keys", "restock-reset"}


class FaultTrial(Trial):
    def __init__(self, plan, stress, folder, keep=False, also=()):
        super().__init__(plan, stress, folder, keep)
        # Further flags for each run.
        self.also = also
        # What came of it, to be counted: the verdict, and (kind, effect) of each fault.
        self.verdict = None
        self.effects = []

    def _run_arguments(self):
        arguments = list(self.plan.arguments)
        if self.plan.strategy in BROKEN_COPIES:
            path = self.folder / f"{self.plan.strategy}.yaml"
            path.write_text(BROKEN_COPIES[self.plan.strategy].text(self.stress, self.plan.strategy))
            arguments[arguments.index("--strategy") + 1] = str(path)
        return [*arguments, *self.also]

    def _look_at_verdict(self):
        folders = [path.parent for path in pathlib.Path(self.folder / "results").glob("*/run.json") if not path.parent.is_symlink()]
        if not folders:
            if self.status in EXIT_CODES.values():
                self._found(f"the run ended with {self.status}, and has no run.json")
            return
        try:
            history = History(folders[0])
        except (ValueError, KeyError) as error:
            # Whoever killed it in the middle of writing has cut it off.
            if self.status in EXIT_CODES.values():
                self._found(f"the run's files cannot be read: {error!r}")
            return
        self.verdict = history.verdict
        self._look_at_code(history)
        self._look_at_faults(history)
        if history.verdict == "upheld":
            for reason in reasons_against_upheld(history):
                self._found(f"a false upheld: {reason}")
        for check, why in accusations_without_ground(history).items():
            self._found(f"a false alarm: {check} is violated ({history.violated[check]}), but {why}")
        if self.plan.strategy in faults.SAFE:
            self._look_at_alarms(history)

    def _look_at_code(self, history):
        wanted = EXIT_CODES[history.verdict]
        if self.status in EXIT_CODES.values() and self.status != wanted:
            self._found(f"it says {history.verdict} and ended with {self.status}, not with {wanted}")
        # The worst one is the verdict of the run; a claim that was broken counts as violated.
        results = {check["result"] for check in history.record["checks"]}
        if any(claim["result"] == "broken" for claim in history.record.get("claims") or []):
            results.add("violated")
        worst = next((result for result in ("violated", "inconclusive") if result in results), "upheld")
        if history.verdict != worst:
            self._found(f"it says {history.verdict}, but the worst of its checks is {worst}")

    def _look_at_faults(self, history):
        self.effects = [(fault["kind"], fault["effect"]) for fault in history.faults]
        planned = sorted(fault.kind for fault in self.plan.faults)
        if sorted(fault["kind"] for fault in history.faults) != planned:
            self._found(f"planned were {planned}, recorded {sorted(kind for kind, _ in self.effects)}")
        without = [fault["fault"] for fault in history.faults if fault["effect"] != "proven"]
        if history.verdict == "upheld" and without:
            self._found(f"a false upheld: nothing proves {', '.join(without)}")
        for fault in history.faults:
            if not fault["proof"]:
                self._found(f"{fault['fault']} is {fault['effect']}, and nothing says why")
        # Without it, what the fault did to the stock is held against the sale.
        known = collections.Counter(reset["kind"] for reset in history.resets)
        for kind, count in collections.Counter(kind for kind, effect in self.effects if effect == "proven").items():
            if kind in RESETTING and known[kind] < count:
                self._found(f"{kind} changed the stock {count} times, and {known[kind]} of them are recorded")

    def _look_at_alarms(self, history):
        # What was missed did not touch the sale; what is unproven may have.
        kinds = {kind for kind, effect in self.effects if effect != "missed"}
        allowed = safety.may_be_violated(
            self.plan.strategy, kinds, self.plan.persistence,
            self.plan.retries_unknown or self.plan.strategy == "lua-idempotent")
        for check, detail in history.violated.items():
            if check not in allowed:
                self._found(
                    f"a false alarm: {self.plan.strategy} under {', '.join(sorted(kinds)) or 'no fault'}: {check} is violated: {detail}")
