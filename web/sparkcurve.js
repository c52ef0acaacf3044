// The small light curve of a row: points by band, in colour and shape, limits as open triangles.

import { h, svg } from "./dom.js";
import { bandColour, bandName, bandShape, fluxOfMag, magOfFlux, number, plural, sortBands } from "./format.js";

const isNumber = (x) => typeof x === "number" && Number.isFinite(x);
const fixed = (x) => x.toFixed(1);

/** A point's outline as a path around (x, y), `r` wide to each side. */
function mark(shape, x, y, r) {
    const at = (dx, dy) => `${fixed(x + dx * r)} ${fixed(y + dy * r)}`;
    switch (shape) {
    case "square": return `M${at(-0.85, -0.85)}L${at(0.85, -0.85)}L${at(0.85, 0.85)}L${at(-0.85, 0.85)}Z`;
    case "diamond": return `M${at(0, -1.2)}L${at(1.2, 0)}L${at(0, 1.2)}L${at(-1.2, 0)}Z`;
    case "triangle": return `M${at(0, -1.2)}L${at(1.1, 0.8)}L${at(-1.1, 0.8)}Z`;
    case "pentagon": return `M${at(0, -1.1)}L${at(1.05, -0.34)}L${at(0.65, 0.9)}L${at(-0.65, 0.9)}L${at(-1.05, -0.34)}Z`;
    case "cross": return `M${at(-1, -1)}L${at(1, 1)}M${at(1, -1)}L${at(-1, 1)}`;
    default: return `M${at(-1, 0)}a${fixed(r)} ${fixed(r)} 0 1 0 ${fixed(2 * r)} 0a${fixed(r)} ${fixed(r)} 0 1 0 ${fixed(-2 * r)} 0Z`;
    }
}

const limit = (x, y, r) => `M${fixed(x - r)} ${fixed(y - r * 0.8)}L${fixed(x + r)} ${fixed(y - r * 0.8)}L${fixed(x)} ${fixed(y + r)}Z`;

/** The curve's points in one unit: magnitudes where the survey has them and nobody wants fluxes. */
function pointsOf(curve, isFlux) {
    const all = (curve.mjd_tai ?? []).map((mjd, i) => ({
        mjd, band: curve.bandpass?.[i], kind: curve.kind?.[i] ?? "d", mag: curve.mag?.[i], magError: curve.mag_err?.[i],
        flux: curve.flux_njy?.[i], fluxError: curve.flux_err_njy?.[i], isPositive: curve.is_positive?.[i] !== false,
    })).filter((point) => isNumber(point.mjd));
    const isMag = !(isFlux && all.some((point) => isNumber(point.flux))) && all.some((point) => isNumber(point.mag));
    const points = all.map((point) => {
        if (!isMag) {
            const y = isNumber(point.flux) ? point.flux : point.kind === "l" && isNumber(point.mag)
                ? fluxOfMag(point.mag) : NaN;
            return { ...point, y, error: point.fluxError ?? 0 };
        }
        // Forced photometry has fluxes: below three errors it is noise, and no magnitude.
        const isSeen = point.flux > 3 * (point.fluxError ?? 0);
        const y = isNumber(point.mag) ? point.mag : point.kind !== "l" && isSeen ? magOfFlux(point.flux) : NaN;
        const error = point.magError ?? (point.fluxError > 0 ? 1.0857 * point.fluxError / point.flux : 0);
        return { ...point, y, error };
    }).filter((point) => isNumber(point.y));
    return { points, isMag };
}

function describe(points, isMag, days) {
    const seen = points.filter((point) => point.kind === "d");
    const bands = sortBands(new Set(points.map((point) => bandName(point.band)))).join(", ");
    const limits = points.filter((point) => point.kind === "l").length;
    if (seen.length === 0) return `Light curve: no detection, ${plural(limits, "limit")}`;
    const values = seen.map((point) => point.y);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const range = isMag ? `${number(low, 1)} to ${number(high, 1)} mag`
        : `${number(low / 1000, 1)} to ${number(high / 1000, 1)} µJy`;
    return `Light curve: ${plural(seen.length, "detection")} in ${bands}, ${range} over ${plural(Math.round(days), "day")}, `
        + plural(limits, "limit");
}

/**
 * A small light curve of a fixed size; `newest` is the time of the alert, whose point has a ring. `isFlux` draws fluxes of
 * the difference, which may be negative, instead of magnitudes.
 */
export function sparkCurve(curve, { width = 208, height = 76, newest = null, isFlux = false } = {}) {
    const { points, isMag } = pointsOf(curve ?? {}, isFlux);
    if (points.length === 0) {
        const none = h("div", { class: "spark none" }, "no points");
        none.style.width = `${width}px`;
        none.style.height = `${height}px`;
        return none;
    }
    const [left, right, top, bottom] = [32, 6, 7, 14];
    const times = points.map((point) => point.mjd);
    const [begin, end] = [Math.min(...times), Math.max(...times)];
    const span = Math.max(end - begin, 0.02);
    const values = points.map((point) => point.y);
    let [low, high] = [Math.min(...values), Math.max(...values)];
    const least = isMag ? 0.4 : Math.max(Math.abs(high) * 0.1, 1);
    if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
    const x = (mjd) => left + 5 + (mjd - begin + (end === begin ? span / 2 : 0)) / span * (width - left - right - 10);
    const y = (value) => {
        const share = (value - low) / (high - low);
        return top + (isMag ? share : 1 - share) * (height - top - bottom);
    };
    const paths = new Map();
    const add = (band, kind, text) => {
        const key = `${kind} ${band}`;
        paths.set(key, (paths.get(key) ?? "") + text);
    };
    for (const point of points) {
        const [px, py, band] = [x(point.mjd), y(point.y), point.band ?? "?"];
        if (point.kind === "l") { add(band, "limit", limit(px, py, 2.6)); continue; }
        const error = Math.abs(y(point.y + point.error) - py);
        if (error > 3 && error < height) {
            const [from, to] = [Math.max(top - 4, py - error), Math.min(height - bottom + 4, py + error)];
            add(band, "error", `M${fixed(px)} ${fixed(from)}L${fixed(px)} ${fixed(to)}`);
        }
        const kind = point.kind === "f" ? "forced" : point.isPositive ? "seen" : "negative";
        add(band, kind, mark(bandShape(band), px, py, point.kind === "f" ? 1.6 : 2.7));
    }
    const order = ["limit", "error", "forced", "negative", "seen"];
    const drawn = [...paths].sort(([a], [b]) => order.indexOf(a.split(" ")[0]) - order.indexOf(b.split(" ")[0]))
        .map(([key, d]) => {
            const [kind, band] = [key.split(" ")[0], key.slice(key.indexOf(" ") + 1)];
            const path = svg("path", { d, class: `spark-${kind}` });
            path.style.setProperty("--band", `var(${bandColour(band)})`);
            return path;
        });
    const own = newest === null ? null : points.find((point) => point.kind === "d"
        && Math.abs(point.mjd - newest) < 1e-4);
    const label = (value) => isMag ? number(value, 1) : number(value / 1000, Math.abs(value) < 1e4 ? 1 : 0);
    const days = end - begin;
    return svg("svg", {
        class: "spark", viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
        "aria-label": describe(points, isMag, days),
    },
    svg("path", { class: "spark-axis", d: `M${left} 2V${height - bottom + 1}H${width - 1}` }),
    svg("text", { x: left - 4, y: y(isMag ? low : high) + 4, "text-anchor": "end" }, label(isMag ? low : high)),
    svg("text", { x: left - 4, y: y(isMag ? high : low) + 3, "text-anchor": "end" }, label(isMag ? high : low)),
    svg("text", { x: width - 1, y: height - 3, "text-anchor": "end" },
        days < 1 ? `${number(days * 24, 1)} h` : `${number(days, days < 10 ? 1 : 0)} d`),
    svg("text", { x: left + 2, y: height - 3 }, isMag ? "mag" : "µJy"),
    !isMag && low < 0 && high > 0 ? svg("path",
        { class: "spark-zero", d: `M${left} ${fixed(y(0))}H${width - right}` }) : null,
    drawn,
    own ? svg("circle", { class: "spark-own", cx: x(own.mjd), cy: y(own.y), r: 5.5 }) : null);
}
