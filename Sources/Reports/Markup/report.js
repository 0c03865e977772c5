"use strict";
const tip = document.getElementById("tip");
let shown = null, byKey = false;
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

// The colours of an image as the browser decodes them, four numbers for each pixel.
const decoded = new Map();
function pixels(image, width, height) {
  if (!decoded.has(image)) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, height];
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0, width, height);
    decoded.set(image, context.getImageData(0, 0, width, height).data);
  }
  return decoded.get(image);
}
// The step of a matrix's pixel, from 0 to 255: the place of its colour in the key. The nearest
// colour is taken, since a browser may blur what a page reads back.
function stepAt(image, row, column) {
  const { size, colors } = image.dataset, place = row * size + column;
  const scale = image.closest("figure").querySelector(`.scale[data-colors=${colors}]`);
  const key = pixels(scale, 256, 1), own = pixels(image, size, size);
  const distance = i =>
    [0, 1, 2].reduce((sum, c) => sum + Math.abs(key[4 * i + c] - own[4 * place + c]), 0);
  let nearest = 0;
  for (let i = 1; i < 256; i++) if (distance(i) < distance(nearest)) nearest = i;
  return nearest;
}
function cell(image, row, column) {
  const { size, low, high } = image.dataset, n = Number(size);
  if (row < 0 || column < 0 || row >= n || column >= n) return "";
  const step = stepAt(image, row, column);
  const value = Number(low) + step / 255 * (Number(high) - Number(low));
  const section = image.closest("[data-labels]");
  const labels = section.dataset.labels.split(" "), names = section.dataset.classes.split("\n");
  const known = index => names[labels[index]] ? ` (${names[labels[index]]})` : "";
  const name = index => `image ${index + 1}${known(index)}`;
  const sign = image.dataset.open && step === 0 ? "≤ " : "";
  return `${sign}${value.toFixed(2)}\n${name(row)}\n${name(column)}`;
}
function under(image, x, y) {
  const n = Number(image.dataset.size), box = image.getBoundingClientRect();
  return cell(image, Math.floor((y - box.top) / box.height * n),
    Math.floor((x - box.left) / box.width * n));
}

const marked = target => target.classList.contains("hit") ? target : null;
function point(event) {
  byKey = false;
  const target = event.target.closest ? event.target.closest("[data-tip], .matrix") : null;
  if (!target) return show("");
  const text = target.dataset.tip || under(target, event.clientX, event.clientY);
  show(text, event.clientX, event.clientY, marked(target));
}
addEventListener("pointermove", point);
addEventListener("pointerdown", point);
// If the keyboard brings a drawing into view, the scrolling leaves its numbers alone.
addEventListener("scroll", () => byKey || show(""), { passive: true });
for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => show(""), { passive: true });

// By keyboard, the arrows go through the numbers of a drawing. In a matrix they go in both
// directions, starting at its first cell.
const arrows = { ArrowRight: [0, 1], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowUp: [-1, 0] };
const within = (place, count) => Math.max(0, Math.min(count - 1, place));
function steps(hits) {
  let place = -1;
  return ([down, right]) => {
    place = within(place + down + right, hits.length);
    const box = hits[place].getBoundingClientRect();
    show(hits[place].dataset.tip, box.left + box.width / 2, box.top + box.height / 3,
      marked(hits[place]));
  };
}
function cells(image) {
  const n = Number(image.dataset.size), size = image.width.baseVal.value / n;
  const cursor = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  cursor.setAttribute("class", "cursor");
  cursor.setAttribute("width", size + 2);
  cursor.setAttribute("height", size + 2);
  let place = null;
  return ([down, right]) => {
    place = place ? [within(place[0] + down, n), within(place[1] + right, n)] : [0, 0];
    cursor.setAttribute("x", image.x.baseVal.value + place[1] * size - 1);
    cursor.setAttribute("y", image.y.baseVal.value + place[0] * size - 1);
    image.after(cursor);
    const box = cursor.getBoundingClientRect();
    show(cell(image, ...place), box.right, box.bottom);
  };
}
for (const drawing of document.querySelectorAll("figure svg[role=img], .strip")) {
  const hits = [...drawing.querySelectorAll("[data-tip]")];
  const matrix = drawing.querySelector(".matrix");
  if (!matrix && !hits.length) continue;
  drawing.setAttribute("tabindex", "0");
  const step = matrix ? cells(matrix) : steps(hits);
  const leave = () => {
    show("");
    drawing.querySelector(".cursor")?.remove();
  };
  drawing.addEventListener("keydown", event => {
    if (event.key === "Escape") return leave();
    if (!arrows[event.key]) return;
    event.preventDefault();
    byKey = true;
    step(arrows[event.key]);
  });
  drawing.addEventListener("blur", leave);
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
