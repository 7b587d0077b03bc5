// What of a page's text cannot be read: that is cut off, runs out of its box or of the window, or lies on other text.
(() => {
  const found = [];
  const name = (element) => {
    const own = element.tagName.toLowerCase() + (element.id ? "#" + element.id : "");
    const kind = element.getAttribute("class");
    return own + (kind ? "." + kind.trim().replace(/\s+/g, ".") : "");
  };
  const say = (what, element, text) => found.push(`${what}: ${name(element)} "${(text || "").trim().slice(0, 60)}"`);
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide, the window ${root.clientWidth}`);

  // What is meant for a screen reader alone is one pixel large.
  const isUnseen = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.display === "none" || style.visibility === "hidden") return true;
      if (one.closest(".unseen, .skip")) return true;
      if (style.clipPath !== "none" && one.getBoundingClientRect().height <= 1.5) return true;
      if (one.checkVisibility && !one.checkVisibility({ contentVisibilityAuto: true })) return true;
    }
    return false;
  };
  const scrolls = (element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (["auto", "scroll"].includes(style.overflowX) && one.scrollWidth > one.clientWidth) return true;
      if (["auto", "scroll"].includes(style.overflowY) && one.scrollHeight > one.clientHeight) return true;
    }
    return false;
  };

  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE", "TITLE", "DESC"].includes(parent.tagName.toUpperCase())) continue;
    if (isUnseen(parent)) continue;
    const inScroll = scrolls(parent);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) continue;
      if (!inScroll && (box.right > root.clientWidth + 1 || box.left < -1)) say("outside of the window", parent, node.data);
      const svg = parent.closest("svg");
      if (svg) {
        const frame = svg.getBoundingClientRect();
        if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 2 || box.bottom > frame.bottom + 2)
          say("outside of its picture", parent, node.data);
        const size = parseFloat(getComputedStyle(parent).fontSize) * frame.width / (svg.viewBox.baseVal?.width || frame.width);
        if (size < 9) say(`only ${size.toFixed(1)} pixels large`, parent, node.data);
      }
      if (!inScroll) boxes.push({ box, parent, text: node.data });
    }
  }
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest("svg") || isUnseen(element)) continue;
    const style = getComputedStyle(element);
    const hides = (value) => value === "hidden" || value === "clip";
    if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1) say("cut off", element, element.textContent);
    if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1) say("cut off below", element, element.textContent);
    if (style.textOverflow === "ellipsis" && element.scrollWidth > element.clientWidth) say("shortened", element, element.textContent);
  }
  // Lines of one text touch; two texts may by the leading of a line.
  boxes.sort((left, right) => left.box.top - right.box.top);
  for (let i = 0; i < boxes.length; i++) {
    const one = boxes[i];
    for (let j = i + 1; j < boxes.length && boxes[j].box.top < one.box.bottom; j++) {
      const other = boxes[j];
      if (one.parent === other.parent) continue;
      const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
      const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
      if (across > 2 && down > 0.35 * Math.min(one.box.height, other.box.height))
        say(`on "${other.text.trim().slice(0, 40)}"`, one.parent, one.text);
    }
  }
  return found.slice(0, 20);
})()
