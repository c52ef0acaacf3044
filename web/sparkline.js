// A light curve in a small space: points and limits alone, for lists.

import { bandColour, bandShape, fluxOfMag, magOfFlux, plural, taiToUTC } from "./format.js";
import { palette, symbol } from "./symbols.js";

// Draws the curve of a list of candidates: {mjd_tai: [], bandpass: [], mag: [], mag_err: [], flux_njy: [],
// flux_err_njy: [],
// is_positive: [], kind: ["d" | "f" | "l"]}. `options`: asFlux, days (shown before the last point), now (MJD UTC).
// Gives what it shows, in words.
export function sparkline(canvas, curve, options = {}) {
    const points = [];
    const length = Array.isArray(curve?.mjd_tai) ? curve.mjd_tai.length : 0;
    for (let index = 0; index < length; index += 1) {
        const at = (name) => curve[name]?.[index] ?? null;
        const kind = at("kind") ?? "d";
        const sign = at("is_positive") === false ? -1 : 1;
        let y = at("mag");
        let error = at("mag_err");
        if (options.asFlux) {
            y = at("flux_njy") ?? (y === null ? null : sign * fluxOfMag(y));
            error = at("flux_err_njy") ?? (error === null || y === null ? null : (Math.abs(y) * error) / 1.0857);
        } else if (y === null && at("flux_njy") > 0) {
            error = at("flux_err_njy") === null ? null : (1.0857 * at("flux_err_njy")) / at("flux_njy");
            y = magOfFlux(at("flux_njy"));
        }
        const x = taiToUTC(at("mjd_tai"));
        if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
        points.push({ x, y, error, kind, band: at("bandpass"), isNegative: sign < 0 && kind === "d" });
    }
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth || 200, canvas.clientHeight || 72];
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    if (points.length === 0) return "no points";
    const colours = palette(canvas);
    const last = Math.max(...points.map((point) => point.x));
    const first = options.days ? last - options.days : Math.min(...points.map((point) => point.x));
    const shown = points.filter((point) => point.x >= first);
    const measured = shown.filter((point) => point.kind !== "l");
    const values = (measured.length ? measured : shown).map((point) => point.y);
    let [low, high] = [Math.min(...values), Math.max(...values)];
    const least = options.asFlux ? Math.max(Math.abs(high), Math.abs(low)) * 0.1 || 1 : 0.5;
    if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
    const edge = 7;
    const wide = Math.max(last - first, 1);
    const pixelX = (x) => width - edge - ((last - x) / wide) * (width - 2 * edge);
    const pixelY = (y) => {
        const part = (y - low) / (high - low);
        return edge + (options.asFlux ? 1 - part : part) * (height - 2 * edge);
    };
    context.lineWidth = 1;
    if (options.asFlux && low < 0 && high > 0) {
        context.strokeStyle = colours("--line");
        context.beginPath();
        context.moveTo(0, pixelY(0));
        context.lineTo(width, pixelY(0));
        context.stroke();
    }
    const rank = { l: 0, f: 1, d: 2 };
    shown.sort((a, b) => (rank[a.kind] ?? 2) - (rank[b.kind] ?? 2));
    for (const point of shown) {
        const [x, y] = [pixelX(point.x), Math.min(height - 4, Math.max(4, pixelY(point.y)))];
        const colour = colours(bandColour(point.band));
        if (point.kind !== "l" && Number.isFinite(point.error)) {
            context.strokeStyle = colour;
            context.globalAlpha = 0.6;
            context.beginPath();
            context.moveTo(x, pixelY(point.y - point.error));
            context.lineTo(x, pixelY(point.y + point.error));
            context.stroke();
            context.globalAlpha = 1;
        }
        symbol(context, { shape: point.kind === "l" ? "down" : bandShape(point.band), x, y,
            size: point.kind === "d" ? 3 : 2, colour, ground: colours("--ground"), isHollow: point.kind !== "d",
            isNegative: point.isNegative });
    }
    const bands = [...new Set(measured.map((point) => point.band))].filter(Boolean);
    const where = bands.length ? ` in ${bands.join(", ")}` : "";
    return `${plural(measured.length, "point")}${where} over ${plural(Math.round(last - first), "day")}`;
}
