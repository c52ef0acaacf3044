// The symbols of plots: a shape for each band, hollow or full, and the colours of the page's style for a canvas.

// Adds a shape around (x, y) to the path that is begun; `size` is the radius of a circle of about the same area.
function trace(context, shape, x, y, size) {
    const corners = (count, radius, turn) => {
        for (let corner = 0; corner < count; corner += 1) {
            const angle = turn + (corner * 2 * Math.PI) / count;
            const [px, py] = [x + radius * Math.sin(angle), y - radius * Math.cos(angle)];
            if (corner === 0) context.moveTo(px, py);
            else context.lineTo(px, py);
        }
        context.closePath();
    };
    switch (shape) {
    case "square": context.rect(x - size * 0.88, y - size * 0.88, size * 1.76, size * 1.76); break;
    case "diamond": corners(4, size * 1.3, 0); break;
    case "triangle": corners(3, size * 1.4, 0); break;
    case "down": corners(3, size * 1.4, Math.PI); break;
    case "pentagon": corners(5, size * 1.15, 0); break;
    case "cross": {
        const [long, wide] = [size * 1.2, size * 0.42];
        const outline = [
            [-wide, -long], [wide, -long], [wide, -wide], [long, -wide], [long, wide], [wide, wide],
            [wide, long], [-wide, long], [-wide, wide], [-long, wide], [-long, -wide], [-wide, -wide],
        ];
        outline.forEach(([dx, dy], index) => context[index ? "lineTo" : "moveTo"](x + dx, y + dy));
        context.closePath();
        break;
    }
    default: context.moveTo(x + size, y); context.arc(x, y, size, 0, 2 * Math.PI);
    }
}

// Draws one symbol. `ground` fills hollow ones, so that an error bar does not run through them.
export function symbol(context, { shape, x, y, size, colour, ground, isHollow, isNegative }) {
    context.beginPath();
    trace(context, shape, x, y, size);
    context.fillStyle = isHollow || isNegative ? ground : colour;
    context.fill();
    context.strokeStyle = colour;
    context.lineWidth = isHollow || isNegative ? 1.4 : 1;
    context.stroke();
    if (isNegative) {
        context.beginPath();
        context.moveTo(x - size * 0.6, y);
        context.lineTo(x + size * 0.6, y);
        context.stroke();
    }
}

// The path of a shape for an <svg> of 14 by 14, so that a legend shows what the plot draws.
export function path(shape, size = 4.2) {
    const parts = [];
    const recorder = {
        moveTo: (x, y) => parts.push(`M${x.toFixed(2)} ${y.toFixed(2)}`),
        lineTo: (x, y) => parts.push(`L${x.toFixed(2)} ${y.toFixed(2)}`),
        closePath: () => parts.push("Z"),
        rect: (x, y, w, h) => parts.push(`M${x} ${y}h${w}v${h}h${-w}Z`),
        arc: (x, y, r) => parts.push(`A${r} ${r} 0 1 1 ${x - r} ${y}A${r} ${r} 0 1 1 ${x + r} ${y}`),
    };
    trace(recorder, shape, 7, 7, size);
    return parts.join("");
}

// Reads colours from the style of an element: "var(--x)", "--x", or a colour as it is.
export function palette(element) {
    const style = getComputedStyle(element);
    const known = new Map();
    return (colour, fallback = style.color) => {
        if (!colour) return fallback;
        if (known.has(colour)) return known.get(colour);
        const name = /^(?:var\()?(--[\w-]+)\)?$/.exec(colour)?.[1];
        const value = name ? style.getPropertyValue(name).trim() || fallback : colour;
        known.set(colour, value);
        return value;
    };
}

// Calls `redraw` whenever the page turns light or dark; gives a function that ends it.
export function onTheme(redraw) {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const printing = matchMedia("print");
    const watcher = new MutationObserver(redraw);
    watcher.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class"] });
    query.addEventListener("change", redraw);
    printing.addEventListener("change", redraw);
    return () => {
        watcher.disconnect();
        query.removeEventListener("change", redraw);
        printing.removeEventListener("change", redraw);
    };
}
