"use strict";
// Shows what the run tells by server-sent events. All of it is put in as text, never as markup.
(() => {
  const element = (id) => document.getElementById(id);
  const say = (id, text) => { element(id).textContent = text || ""; };
  let run = "", units = 0, samples = [], isOver = false;

  const path = (points) => points.map(([x, y], index) => (index ? "L" : "M") + x.toFixed(1) + " " + y.toFixed(1)).join("");

  // A line over the time since the doors opened, from 0 to the largest value.
  const draw = (name, value, text) => {
    const known = samples.map((sample) => [sample.seconds, value(sample)]).filter(([, y]) => Number.isFinite(y));
    const line = element(name + "-chart").querySelector(".line");
    if (known.length === 0) { line.setAttribute("d", ""); say(name + "-text", "Nothing is known yet."); return; }
    const width = Math.max(...known.map(([x]) => x), 1), height = Math.max(...known.map(([, y]) => y), 1);
    line.setAttribute("d", path(known.map(([x, y]) => [x / width * 600, 158 - Math.max(0, y) / height * 156])));
    say(name + "-text", text(known[known.length - 1][1], height, width));
  };
  const number = (value) => Math.round(value).toLocaleString("en-US");
  const redraw = () => {
    draw("units", (sample) => sample.units_left, (now) => number(now) + " of " + number(units) + " are left.");
    draw("speed", (sample) => sample.attempts_per_second,
      (now, most) => number(now) + " now, " + number(most) + " at most.");
    draw("latency", (sample) => sample.p99_us / 1000,
      (now, most) => now.toFixed(2) + " ms in the last second, " + most.toFixed(2) + " ms at the top of the picture.");
  };

  const rows = (list) => {
    const parts = list.flatMap((row) => {
      const term = document.createElement("dt"), text = document.createElement("dd");
      term.textContent = row.label;
      text.textContent = row.text;
      return [term, text];
    });
    element("rows").replaceChildren(...parts);
  };

  const begin = (start) => {
    ({ run, units, samples } = start);
    const which = start.of > 1 ? " (run " + start.number + " of " + start.of + ")" : "";
    say("title", "A sale with " + start.strategy + which);
    document.title = start.strategy + which;
    say("state", "The sale is being opened.");
    element("verdict").hidden = true;
    element("share").removeAttribute("value");
    say("headline", "");
    rows([]);
    if (!element("stop").dataset.asked) element("stop").disabled = false;
    redraw();
  };

  const progress = (event) => {
    if (event.run !== run) return;
    const summary = event.summary, last = samples[samples.length - 1];
    if (!last || event.sample.seconds > last.seconds) samples.push(event.sample);
    if (samples.length > 1200) samples = samples.filter((_, index) => index % 2 === 0);
    say("state", "The doors are open.");
    if (Number.isFinite(summary.share)) element("share").value = summary.share;
    say("headline", summary.headline.replace(/ {2,}/g, " · "));
    rows(summary.rows);
    redraw();
  };

  const verdict = (event) => {
    if (event.run !== run) return;
    const box = element("verdict");
    box.className = event.verdict;
    say("verdict-word", event.verdict);
    say("verdict-headline", event.headline);
    say("verdict-reason", event.reason);
    say("verdict-problem", event.problem);
    say("verdict-folder", event.folder ? "All of it, as files: " + event.folder : "");
    element("verdict-sections").replaceChildren(...event.sections.flatMap((section) => {
      const title = document.createElement("h3"), list = document.createElement("ul");
      title.textContent = section.title;
      list.replaceChildren(...section.lines.map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }));
      return [title, list];
    }));
    box.hidden = false;
    element("stop").disabled = true;
    say("state", "The run is judged.");
  };

  const source = new EventSource("events");
  const listen = (name, act) => source.addEventListener(name, (message) => act(JSON.parse(message.data)));
  listen("run", begin);
  listen("progress", progress);
  listen("verdict", verdict);
  listen("over", (event) => {
    isOver = true;
    source.close();
    element("stop").disabled = true;
    say("state", event.reason);
  });
  source.onerror = () => { if (!isOver) say("state", "The run does not answer; it may be over."); };

  element("stop").addEventListener("click", async () => {
    element("stop").dataset.asked = "yes";
    element("stop").disabled = true;
    try {
      const answer = await fetch("stop", { method: "POST" });
      say("stop-note", answer.ok ? "The run is stopping: what happened so far is judged." : "The run refused to stop.");
    } catch {
      say("stop-note", "The run does not answer; it may be over.");
    }
  });
})();
