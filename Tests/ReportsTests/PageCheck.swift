/// The findings of a page that examines itself.
struct PageCheck: Decodable {
  /// Figures that show nothing, or say nothing to people who do not see them.
  var empty: [String]
  /// Text that reaches beyond the edge of the page, or of the drawing that contains it.
  var wide: [String]
  /// Text and lines with less contrast than they need, and the contrast that they have.
  var faint: [String]
  /// The lowest contrast of any text.
  var contrast: Double
  /// The number of texts that were examined.
  var texts: Int
  var width: Int
  var scroll: Int
  var figures: Int

  /// Opens all parts of the page and examines them. Contrast is that of WCAG 2.1,
  /// (L₁ + 0.05) / (L₂ + 0.05) for the relative luminances: at least 4.5 for text of any size, and
  /// 3 for lines and marks.
  static let script = #"""
    (async () => {
      for (const part of document.querySelectorAll("details")) part.open = true;
      await Promise.all([...document.images].map(image => image.decode().catch(() => 0)));

      const isEmpty = drawing => {
        if (drawing.tagName === "IMG") return !drawing.naturalWidth || !drawing.alt;
        const box = drawing.getBBox(), frame = drawing.getBoundingClientRect();
        return !(box.width > 0 && box.height > 0 && frame.width > 40)
          || !drawing.querySelector("path, circle, rect:not(.hit), image")
          || !drawing.getAttribute("aria-label")
          || /NaN|undefined|Infinity|\binf\b/
            .test(drawing.innerHTML.replace(/ data-tip="[^"]*"/g, ""));
      };
      const figures = [...document.querySelectorAll("figure")];
      const empty = figures.filter(figure => {
        const drawings = [...figure.querySelectorAll("svg[role=img], img")];
        return !drawings.length || drawings.some(isEmpty);
      }).map(figure => figure.id);

      const called = part => `${part.tagName} ${part.className.baseVal ?? part.className} `
        + part.textContent.slice(0, 30);
      const width = document.documentElement.clientWidth;
      const isWide = part => {
        const box = part.getBoundingClientRect(), frame = part.closest("svg");
        const edge = frame ? frame.getBoundingClientRect() : { left: 0, right: width };
        return box.right > edge.right + 0.5 || box.left < edge.left - 0.5;
      };
      const wide = [...document.querySelectorAll("main *:not(svg *), svg text")]
        .filter(part => part.getClientRects().length && isWide(part))
        .map(part => {
          const box = part.getBoundingClientRect();
          return `${called(part)}: ${box.left.toFixed(1)} to ${box.right.toFixed(1)}`;
        });

      const numbers = color => {
        const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
        return { channels: [red, green, blue], alpha };
      };
      const luminance = channels => {
        const [red, green, blue] = channels.map(channel => {
          const share = channel / 255;
          return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const behind = part => {
        for (let up = part; up; up = up.parentElement) {
          const color = numbers(getComputedStyle(up).backgroundColor);
          if (color.alpha === 1) return color.channels;
        }
        return [255, 255, 255];
      };
      const contrast = (part, color) => {
        let { channels, alpha } = numbers(color);
        for (let up = part; up; up = up.parentElement) alpha *= getComputedStyle(up).opacity;
        const back = behind(part);
        const seen = channels.map((channel, i) => channel * alpha + back[i] * (1 - alpha));
        const [dark, light] = [luminance(seen), luminance(back)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
      };
      const texts = [...document.querySelectorAll("body *:not(script, option)")].filter(part =>
        part.getClientRects().length
          && [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
      const faint = [];
      let least = 21;
      for (const part of texts) {
        const style = getComputedStyle(part);
        const ratio = contrast(part, part.closest("svg") ? style.fill : style.color);
        least = Math.min(least, ratio);
        if (ratio < 4.5) faint.push(`${called(part)}: ${ratio.toFixed(2)}`);
      }
      const marks = "line:not(.rule), .line, .dot, .mark, .diamond, rect.hollow";
      for (const part of document.querySelectorAll(marks)) {
        if (!part.closest("svg")) continue;
        const style = getComputedStyle(part);
        const ratio = contrast(part, style.stroke === "none" ? style.fill : style.stroke);
        if (ratio < 3) faint.push(`${called(part)}: ${ratio.toFixed(2)}`);
      }
      return {
        empty, wide, faint, contrast: least, texts: texts.length, width,
        scroll: document.documentElement.scrollWidth, figures: figures.length,
      };
    })()
    """#
}
