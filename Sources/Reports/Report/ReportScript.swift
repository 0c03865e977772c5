/// What a report does when it is touched: numbers under the pointer, sorted tables.
///
/// With the fragment `#check` in its address, the page opens every part, looks at itself, and leaves
/// what it found as JSON in an element `check`, and tells it to the page that it is framed in, where
/// it is: errors, what is wider than the page, and figures that show nothing.
enum ReportScript {
  static let javaScript: StaticString = #"""
    "use strict";
    const problems = [];
    addEventListener("error", event => problems.push(String(event.message)));

    const tip = document.getElementById("tip");
    let shown = null;
    function show(text, x, y, hit) {
      if (shown) shown.classList.remove("shown");
      shown = hit || null;
      if (shown) shown.classList.add("shown");
      tip.textContent = text;
      tip.hidden = !text;
      if (!text) return;
      const box = tip.getBoundingClientRect();
      const left = x + 14 + box.width > innerWidth ? x - 14 - box.width : x + 14;
      const top = y + 14 + box.height > innerHeight ? y - 14 - box.height : y + 14;
      tip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
    }

    // The pixels of a matrix are not compressed: row r, column c is byte 828 + r * (n + 1) + 1 + c,
    // after the headers, the palette, and the number of the row's filter.
    const images = new Map();
    function cell(image, x, y) {
      if (!images.has(image)) images.set(image, atob(image.getAttribute("href").split(",")[1]));
      const { size, low, high } = image.dataset;
      const n = Number(size), box = image.getBoundingClientRect();
      const column = Math.floor((x - box.left) / box.width * n);
      const row = Math.floor((y - box.top) / box.height * n);
      if (row < 0 || column < 0 || row >= n || column >= n) return "";
      const step = images.get(image).charCodeAt(828 + row * (n + 1) + 1 + column);
      const value = Number(low) + step / 255 * (Number(high) - Number(low));
      const section = image.closest("[data-labels]");
      const labels = section.dataset.labels.split(" "), names = section.dataset.classes.split("\n");
      const name = index => `image ${index + 1} (${names[labels[index]]})`;
      const sign = image.dataset.open && step === 0 ? "≤ " : "";
      return `${sign}${value.toFixed(2)}\n${name(row)}\n${name(column)}`;
    }

    function point(event) {
      const target = event.target.closest ? event.target.closest("[data-tip], .matrix") : null;
      if (!target) return show("");
      const text = target.dataset.tip || cell(target, event.clientX, event.clientY);
      show(text, event.clientX, event.clientY, target.classList.contains("hit") ? target : null);
    }
    addEventListener("pointermove", point);
    addEventListener("pointerdown", point);
    addEventListener("scroll", () => show(""), { passive: true });

    // With the keyboard: the arrows go through the numbers of a drawing.
    for (const drawing of document.querySelectorAll("figure svg[role=img]")) {
      const hits = [...drawing.querySelectorAll("[data-tip]")];
      if (!hits.length) continue;
      drawing.setAttribute("tabindex", "0");
      let place = -1;
      drawing.addEventListener("keydown", event => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (event.key === "Escape") return show("");
        if (!step) return;
        event.preventDefault();
        place = Math.max(0, Math.min(hits.length - 1, place + step));
        const box = hits[place].getBoundingClientRect();
        show(hits[place].dataset.tip, box.left + box.width / 2, box.top + box.height / 3,
          hits[place].classList.contains("hit") ? hits[place] : null);
      });
      drawing.addEventListener("blur", () => show(""));
    }

    for (const button of document.querySelectorAll("button.sort")) {
      button.addEventListener("click", () => {
        const head = button.closest("th"), table = button.closest("table");
        const column = [...head.parentNode.children].indexOf(head);
        const isNumber = head.classList.contains("number");
        const old = head.getAttribute("aria-sort");
        const next = old ? (old === "ascending" ? "descending" : "ascending")
          : (isNumber ? "descending" : "ascending");
        for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", next);
        const sign = next === "ascending" ? 1 : -1;
        const value = row => row.children[column].dataset.value;
        const rows = [...table.tBodies[0].rows];
        rows.sort((a, b) => {
          const fixed = b.classList.contains("teacher") - a.classList.contains("teacher");
          if (fixed) return fixed;
          const [x, y] = [value(a), value(b)];
          if (x === "" || y === "") return (x === "") - (y === "");
          return sign * (isNumber ? Number(x) - Number(y) : x.localeCompare(y));
        });
        table.tBodies[0].append(...rows);
      });
    }

    async function check() {
      for (const part of document.querySelectorAll("details")) part.open = true;
      await Promise.all([...document.images].map(image => image.decode().catch(() => 0)));
      const empty = [];
      for (const figure of document.querySelectorAll("figure")) {
        const drawings = [...figure.querySelectorAll("svg[role=img], img")];
        const isEmpty = drawing => {
          if (drawing.tagName === "IMG") return !drawing.naturalWidth || !drawing.alt;
          const box = drawing.getBBox(), frame = drawing.getBoundingClientRect();
          const marks = drawing.querySelectorAll("path, circle, rect, image, line");
          return !(box.width > 0 && box.height > 0 && frame.width > 40 && marks.length > 0)
            || !drawing.getAttribute("aria-label")
            || /NaN|undefined|Infinity|\binf\b/.test(drawing.innerHTML.replace(/ data-tip="[^"]*"/g, ""));
        };
        if (!drawings.length || drawings.some(isEmpty)) empty.push(figure.id);
      }
      const width = document.documentElement.clientWidth;
      const wide = [...document.querySelectorAll("main *:not(svg *)")]
        .filter(part => part.getBoundingClientRect().right > width + 0.5)
        .map(part => `${part.tagName} ${part.className} ${part.textContent.slice(0, 30)}`);
      const tips = [".hit", ".matrix"].map(kind => {
        const target = document.querySelector(kind);
        if (!target) return "";
        target.scrollIntoView({ block: "center" });
        const box = target.getBoundingClientRect();
        target.dispatchEvent(new PointerEvent("pointermove", { bubbles: true,
          clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }));
        return tip.hidden ? "" : tip.textContent;
      });
      show("");
      const first = document.querySelector("button.sort");
      if (first) first.click();
      const result = document.createElement("pre");
      result.id = "check";
      result.textContent = JSON.stringify({
        problems, empty, wide, tips, width, scroll: document.documentElement.scrollWidth,
        figures: document.querySelectorAll("figure").length,
        sorted: first ? first.closest("th").getAttribute("aria-sort") : null,
      });
      document.body.append(result);
      if (parent !== self) parent.postMessage(result.textContent, "*");
    }
    if (location.hash === "#check") addEventListener("load", check);

    """#
}
