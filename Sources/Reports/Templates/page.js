(() => {
  "use strict";
  // Only what works is shown.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const words = document.getElementById(button.dataset.copy);
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(words.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(words);
        button.textContent = "Selected: copy it with Ctrl+C";
      }
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
  // n and p go from one contradiction to the next and back.
  const pieces = [...document.querySelectorAll(".piece")];
  const go = (step) => {
    const here = pieces.indexOf(document.activeElement?.closest(".piece"));
    const piece = pieces[here < 0 ? 0 : (here + step + pieces.length) % pieces.length];
    piece.focus({ preventScroll: true });
    piece.scrollIntoView({ block: "start" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || pieces.length === 0) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "n") go(1);
    if (event.key === "p") go(-1);
  });
  // On paper nobody can unfold anything.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
})();
