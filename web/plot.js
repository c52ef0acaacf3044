// The one module that draws plots: axes with units and ticks outside, points with errors, limits, curves with their
// bands, and what a hand does with them: wheel, drag, pinch, keys. Colours come from the style sheet.
//
//     const plot = new Plot({label: "Light curve", height: 420, tip: (point) => [["mag", "18.6"]]});
//     plot.set({time: {kind: "mjd"}, panels: [{key: "main", share: 3, label: "AB mag", isReversed: true, points,
// curves}]});
//     parent.append(plot.element);
//
// A point is {x, y, low, high, kind: "point" | "forced" | "limit", shape, colour, isHollow, isNegative, item}; x is an
// MJD in UTC,
// or days where the axis says so. What isGhost is found by the hand and not drawn; what isAside does not stretch the
// axes.

import { announce, h, replace } from "./dom.js";
import { fillRows } from "./rows.js";
import { asinh, calendar, grouped, linear, plain } from "./ticks.js";
import { onTheme, palette, symbol } from "./symbols.js";

export { sparkline } from "./sparkline.js";

const GAP = 14; // between panels
const TICK = 5;
const NEAR = 26; // how far from a point a hand may be, px
const SMALLEST = 2 / 1440; // days that an axis of time shows at least

// When the page was last scrolled: a turn of the wheel that began beside a plot goes on scrolling when the plot comes
// under the hand.
let lastScroll = -Infinity;
addEventListener("wheel", (event) => {
    if (!event.target.closest?.(".plot-stage")) lastScroll = event.timeStamp;
}, { passive: true, capture: true });

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// The scale of a panel's axis: values to places and back; places are what pans and zooms.
const SCALES = {
    linear: () => ({ place: (value) => value, value: (place) => place }),
    asinh: (soft) => ({ place: (value) => Math.asinh(value / soft), value: (place) => Math.sinh(place) * soft }),
};

export class Plot {
    // options: label (what screen readers call it), height (px), tip(point) -> [[name, text]], onChoose(point),
    // onHover(point | null), onView({x, y} | null), table() -> {caption, columns, rows}, keysHelp.
    constructor(options) {
        this.options = options;
        this.spec = { panels: [] };
        this.view = { x: null, y: {} };
        this.hover = null;
        this.chosen = null;
        this.canvas = h("canvas", {
            tabindex: "0", role: "application", "aria-label": options.label, "aria-roledescription": "plot",
            "aria-keyshortcuts": "ArrowLeft ArrowRight + - 0 Enter T",
        });
        this.tooltip = h("div", { class: "plot-tip", hidden: true });
        this.tableHolder = h("div", { class: "plot-table scroll", hidden: true, tabindex: "0", role: "region",
            "aria-label": `${options.label}: table` });
        this.stage = h("div", { class: "plot-stage" }, this.canvas, this.tooltip);
        this.element = h("div", { class: "plot" }, this.stage, this.tableHolder);
        this.stage.style.height = `${options.height}px`;
        this.pointers = new Map();
        this.listen();
        this.size = { width: 0, height: 0 };
        this.watcher = new ResizeObserver(() => this.redraw());
        this.watcher.observe(this.stage);
        this.endTheme = onTheme(() => this.redraw());
    }

    destroy() {
        this.watcher.disconnect();
        this.endTheme();
    }

    // Shows something else; what is zoomed stays as it is.
    set(spec) {
        this.spec = spec;
        this.hover = null;
        this.tooltip.hidden = true;
        for (const panel of spec.panels) {
            panel.axis = (SCALES[panel.scale] ?? SCALES.linear)(panel.soft ?? 1);
            panel.full = this.fullY(panel);
        }
        this.full = this.fullX();
        if (!this.tableHolder.hidden) this.drawTable();
        this.redraw();
    }

    // Marks a point as chosen: `isChosen` says which.
    choose(isChosen) {
        this.isChosen = isChosen;
        this.redraw();
    }

    // Shows a part: {x: [low, high] | null, y: {panel: [low, high]}}; values, not places.
    show(view) {
        this.view.x = view?.x && isNumber(view.x[0]) && view.x[1] > view.x[0] ? [...view.x] : null;
        this.view.y = {};
        for (const panel of this.spec.panels) {
            const wanted = view?.y?.[panel.key];
            if (wanted && isNumber(wanted[0]) && wanted[1] > wanted[0]) {
                this.view.y[panel.key] = wanted.map((value) => panel.axis.place(value));
            }
        }
        this.redraw();
    }

    get x() { return this.view.x ?? this.full; }
    y(panel) { return this.view.y[panel.key] ?? panel.full; }

    fullX() {
        if (this.spec.x) return this.spec.x;
        let [low, high] = [Infinity, -Infinity];
        for (const panel of this.spec.panels) {
            for (const point of panel.points ?? []) {
                if (!isNumber(point.x) || point.isAside) continue;
                [low, high] = [Math.min(low, point.x), Math.max(high, point.x)];
            }
        }
        if (!(high >= low)) return [0, 1];
        const pad = Math.max((high - low) * 0.04, high > low ? 0.02 : 1);
        return [low - pad, high + pad];
    }

    fullY(panel) {
        if (panel.domain) return panel.domain.map((value) => panel.axis.place(value)).sort((a, b) => a - b);
        let [low, high] = [Infinity, -Infinity];
        const take = (value) => {
            if (!isNumber(value)) return;
            const place = panel.axis.place(value);
            [low, high] = [Math.min(low, place), Math.max(high, place)];
        };
        for (const point of panel.points ?? []) {
            if (point.isAside) continue;
            take(point.y);
            // Errors that would push all else into a corner are cut off.
            const reach = panel.longestBar ?? Infinity;
            if (isNumber(point.low)) take(Math.max(point.low, point.y - reach));
            if (isNumber(point.high)) take(Math.min(point.high, point.y + reach));
        }
        for (const value of panel.holds ?? []) take(value);
        if (!(high >= low)) return [0, 1];
        const pad = high > low ? (high - low) * 0.07 : panel.isReversed ? 0.5 : Math.max(Math.abs(high) * 0.2, 0.5);
        return [low - pad, high + pad];
    }

    redraw() {
        if (this.isWaiting) return;
        this.isWaiting = true;
        requestAnimationFrame(() => {
            this.isWaiting = false;
            if (this.element.isConnected && this.stage.clientWidth > 0) this.draw();
        });
    }

    // Where everything is: margins and panels, px.
    layout(context) {
        const { width, height } = this.size;
        const hasTop = this.spec.time?.top !== false && this.spec.time?.kind !== "utc";
        let [widest, rightmost] = [0, 0];
        const shares = this.spec.panels.reduce((sum, panel) => sum + (panel.share ?? 1), 0);
        const [top, bottom] = [hasTop ? 38 : 12, 40];
        const inner = height - top - bottom - GAP * Math.max(0, this.spec.panels.length - 1);
        let y = top;
        for (const panel of this.spec.panels) {
            const tall = (inner * (panel.share ?? 1)) / shares;
            panel.box = { top: y, bottom: y + tall };
            y += tall + GAP;
            panel.ticks = this.ticks(panel);
            for (const tick of panel.ticks) widest = Math.max(widest, context.measureText(tick.label).width);
            panel.rightTicks = panel.right ? this.rightTicks(panel) : [];
            for (const tick of panel.rightTicks) rightmost = Math.max(rightmost, context.measureText(tick.label).width);
        }
        const left = Math.ceil(widest) + TICK + 4 + 18;
        const right = width - (rightmost > 0 ? Math.ceil(rightmost) + TICK + 4 + 20 : 14);
        this.box = { left, right, top, bottom: height - bottom, hasTop };
    }

    ticks(panel) {
        const [low, high] = this.y(panel);
        const tall = panel.box.bottom - panel.box.top;
        if (panel.scale !== "asinh") {
            const ticks = linear(low, high, Math.max(tall < 120 ? 4 : 2, Math.floor(tall / 46)));
            return panel.isGrouped ? ticks.map((tick) => ({ ...tick,
                label: tick.label.replace(/\B(?=(\d{3})+(?!\d))/g, ",") })) : ticks;
        }
        const [from, to] = [panel.axis.value(low), panel.axis.value(high)];
        // A short stretch of this axis is as good as linear.
        if ((from > 0 || to < 0) && Math.abs(to - from) < 4 * Math.min(Math.abs(from), Math.abs(to))) {
            return linear(from, to, Math.max(2, Math.floor(tall / 46))).map((t) => ({ at: t.at,
                label: grouped(t.at) }));
        }
        const kept = [];
        for (const tick of asinh(from, to, panel.soft ?? 1).sort((a, b) => a.rank - b.rank)) {
            const at = this.pixelY(panel, tick.at);
            if (kept.every((other) => Math.abs(this.pixelY(panel, other.at) - at) > 20)) kept.push(tick);
        }
        return kept;
    }

    // Of the axis at the right: given, or those of the left shifted by a constant, as absolute magnitudes are.
    rightTicks(panel) {
        const { ticks, shift } = panel.right;
        if (ticks) return ticks;
        const most = Math.max(2, Math.floor((panel.box.bottom - panel.box.top) / 46));
        return linear(...this.y(panel).map((place) => place + shift),
            most).map((tick) => ({ at: tick.at - shift, label: tick.label }));
    }

    pixelX(value) {
        const [low, high] = this.x;
        return this.box.left + ((value - low) / (high - low)) * (this.box.right - this.box.left);
    }

    pixelY(panel, value) {
        const [low, high] = this.y(panel);
        const part = (panel.axis.place(value) - low) / (high - low);
        const { top, bottom } = panel.box;
        return panel.isReversed ? top + part * (bottom - top) : bottom - part * (bottom - top);
    }

    draw() {
        const ratio = devicePixelRatio || 1;
        const [width, height] = [this.stage.clientWidth, this.stage.clientHeight];
        if (width !== this.size.width || height !== this.size.height || ratio !== this.ratio) {
            this.size = { width, height };
            this.ratio = ratio;
            this.canvas.width = Math.round(width * ratio);
            this.canvas.height = Math.round(height * ratio);
        }
        const context = this.canvas.getContext("2d");
        context.setTransform(ratio, 0, 0, ratio, 0, 0);
        context.clearRect(0, 0, width, height);
        const style = getComputedStyle(this.element);
        context.font = `12px ${style.fontFamily}`;
        this.colours = palette(this.element);
        this.ink = { text: this.colours("--text"), quiet: this.colours("--quiet"), line: this.colours("--line"),
            ground: this.colours("--ground"), link: this.colours("--link") };
        if (this.spec.panels.length === 0 || !(this.full?.[1] > this.full?.[0])) return;
        if (this.spec.panels.every((panel) => !panel.points?.length && !panel.curves?.length)) {
            // Axes without anything would have made-up numbers.
            this.box = null;
            context.fillStyle = this.ink.quiet;
            context.textAlign = "center";
            context.fillText(this.spec.empty ?? "no points", width / 2, height / 2, width);
            return;
        }
        this.layout(context);
        for (const panel of this.spec.panels) this.drawPanel(context, panel);
        this.drawTime(context);
    }

    drawPanel(context, panel) {
        const { left, right } = this.box;
        const { top, bottom } = panel.box;
        context.save();
        context.beginPath();
        context.rect(left, top, right - left, bottom - top);
        context.clip();
        for (const area of panel.areas ?? []) {
            context.globalAlpha = area.alpha ?? 0.5;
            context.fillStyle = this.colours(area.colour ?? "--raised");
            const [from, to] = [this.pixelX(area.from), this.pixelX(area.to)];
            context.fillRect(from, top, to - from, bottom - top);
        }
        context.globalAlpha = 1;
        for (const strip of panel.strips ?? []) {
            const edges = [this.pixelY(panel, strip.from), this.pixelY(panel, strip.to)];
            context.fillStyle = this.colours(strip.colour ?? "--raised");
            context.fillRect(left, Math.min(...edges), right - left, Math.abs(edges[1] - edges[0]));
        }
        context.lineWidth = 1;
        for (const level of panel.levels ?? []) {
            const y = Math.round(this.pixelY(panel, level.y)) + 0.5;
            this.line(context, [[left, y], [right, y]], this.ink.line, level.dash);
        }
        for (const mark of panel.verticals ?? []) {
            const x = Math.round(this.pixelX(mark.x)) + 0.5;
            this.line(context, [[x, top], [x, bottom]], this.colours(mark.colour ?? "--quiet"), mark.dash);
            if (mark.label) {
                context.fillStyle = this.colours(mark.colour ?? "--quiet");
                const isLeft = x + 6 + context.measureText(mark.label).width > right;
                context.textAlign = isLeft ? "right" : "left";
                context.textBaseline = "top";
                context.fillText(mark.label, isLeft ? x - 4 : x + 4, top + 3);
            }
        }
        for (const curve of panel.curves ?? []) this.drawCurve(context, panel, curve);
        for (const point of panel.points ?? []) this.drawPoint(context, panel, point);
        for (const point of [this.hover]) if (point && panel.points?.includes(point)) this.drawRing(context, panel,
            point);
        context.restore();
        // Hairlines around, and ticks outside.
        context.strokeStyle = this.ink.quiet;
        context.lineWidth = 1;
        context.strokeRect(Math.round(left) + 0.5, Math.round(top) + 0.5, Math.round(right - left),
            Math.round(bottom - top));
        context.fillStyle = this.ink.text;
        context.textAlign = "right";
        context.textBaseline = "middle";
        for (const tick of panel.ticks) {
            const y = Math.round(this.pixelY(panel, tick.at)) + 0.5;
            if (y < top - 0.6 || y > bottom + 0.6) continue;
            this.line(context, [[left - TICK, y], [left, y]], this.ink.quiet);
            context.fillText(tick.label, left - TICK - 4, y);
        }
        this.drawSide(context, panel.label, 8, (top + bottom) / 2, bottom - top + GAP);
        if (panel.right) this.drawRight(context, panel);
    }

    drawRight(context, panel) {
        const { right } = this.box;
        const { top, bottom } = panel.box;
        context.textAlign = "left";
        context.textBaseline = "middle";
        let last = Infinity;
        for (const tick of panel.rightTicks) {
            const y = Math.round(this.pixelY(panel, tick.at)) + 0.5;
            if (y < top - 0.6 || y > bottom + 0.6 || Math.abs(y - last) < 15) continue;
            last = y;
            this.line(context, [[right, y], [right + TICK, y]], this.ink.quiet);
            context.fillStyle = this.ink.text;
            context.fillText(tick.label, right + TICK + 4, y);
        }
        this.drawSide(context, panel.right.label, this.size.width - 8, (top + bottom) / 2, bottom - top);
    }

    // A label along the side.
    drawSide(context, text, x, y, longest) {
        if (!text) return;
        context.save();
        context.translate(x, y);
        context.rotate(-Math.PI / 2);
        context.textAlign = "center";
        context.textBaseline = "middle";
        context.fillStyle = this.ink.quiet;
        context.fillText(text, 0, 0, longest);
        context.restore();
    }

    line(context, places, colour, dash) {
        context.strokeStyle = colour;
        context.setLineDash(dash ?? []);
        context.beginPath();
        places.forEach(([x, y], index) => context[index ? "lineTo" : "moveTo"](x, y));
        context.stroke();
        context.setLineDash([]);
    }

    drawCurve(context, panel, curve) {
        const colour = this.colours(curve.colour);
        const far = 4 * this.size.height;
        const place = (x, y) => [this.pixelX(x), clamp(this.pixelY(panel, y), -far, far)];
        if (curve.low && curve.high) {
            context.globalAlpha = 0.16;
            context.fillStyle = colour;
            context.beginPath();
            const ahead = [];
            const back = [];
            curve.x.forEach((x, index) => {
                if (!isNumber(curve.low[index]) || !isNumber(curve.high[index])) return;
                ahead.push(place(x, curve.high[index]));
                back.unshift(place(x, curve.low[index]));
            });
            [...ahead, ...back].forEach(([x, y], index) => context[index ? "lineTo" : "moveTo"](x, y));
            context.fill();
            context.globalAlpha = 1;
        }
        context.lineWidth = curve.width ?? 1.4;
        context.strokeStyle = colour;
        context.setLineDash(curve.dash ?? []);
        context.beginPath();
        let isDown = false;
        curve.x.forEach((x, index) => {
            if (!isNumber(curve.y[index])) { isDown = false; return; }
            context[isDown ? "lineTo" : "moveTo"](...place(x, curve.y[index]));
            isDown = true;
        });
        context.stroke();
        context.setLineDash([]);
        context.lineWidth = 1;
    }

    sizeOf(point) {
        return point.kind === "forced" ? 2.6 : point.kind === "limit" ? 3.4 : 4.4;
    }

    drawPoint(context, panel, point) {
        if (!isNumber(point.x) || !isNumber(point.y) || point.isGhost) return;
        const [x, y] = [this.pixelX(point.x), this.pixelY(panel, point.y)];
        if (x < this.box.left - 9 || x > this.box.right + 9) return;
        const colour = this.colours(point.colour);
        if (point.kind !== "limit" && (isNumber(point.low) || isNumber(point.high))) {
            context.globalAlpha = point.kind === "forced" ? 0.55 : 0.9;
            context.lineWidth = 1;
            const ends = [point.low ?? point.y, point.high ?? point.y]
                .map((value) => clamp(this.pixelY(panel, value), -9999, 9999));
            this.line(context, [[x, ends[0]], [x, ends[1]]], colour);
            context.globalAlpha = 1;
        }
        const isChosen = this.isChosen?.(point) ?? false;
        symbol(context, { shape: point.kind === "limit" ? "down" : point.shape, x, y, size: this.sizeOf(point), colour,
            ground: this.ink.ground, isHollow: point.isHollow || point.kind !== "point",
                isNegative: point.isNegative });
        if (isChosen) {
            context.lineWidth = 2;
            context.strokeStyle = this.ink.text;
            context.beginPath();
            context.arc(x, y, this.sizeOf(point) + 4.5, 0, 2 * Math.PI);
            context.stroke();
            context.lineWidth = 1;
        }
    }

    drawRing(context, panel, point) {
        context.strokeStyle = this.ink.link;
        context.lineWidth = 1.6;
        context.beginPath();
        context.arc(this.pixelX(point.x), this.pixelY(panel, point.y), this.sizeOf(point) + 4.5, 0, 2 * Math.PI);
        context.stroke();
        context.lineWidth = 1;
    }

    // The axis of time: below what is asked for, above the calendar.
    drawTime(context) {
        const { left, right, top, bottom, hasTop } = this.box;
        const time = this.spec.time ?? { kind: "mjd" };
        const [low, high] = this.x;
        const most = Math.max(2, Math.floor((right - left) / 90));
        const below = time.kind === "utc" ? calendar(low, high, most) : linear(low, high, most);
        context.textBaseline = "top";
        this.drawTicks(context, below, bottom, 1);
        context.fillStyle = this.ink.quiet;
        context.textAlign = "center";
        const label = { mjd: "MJD (UTC)", days: time.label ?? "days from peak", utc: time.label ?? "UTC" }[time.kind];
        context.fillText(label, (left + right) / 2, bottom + 24, right - left);
        if (!hasTop) return;
        // With days below, the calendar needs to know when they are counted from.
        const zero = time.kind === "days" ? time.zero : 0;
        if (!isNumber(zero)) return;
        const stretch = time.kind === "days" ? time.stretch ?? 1 : 1;
        const above = calendar(zero + low * stretch, zero + high * stretch, most)
            .map((tick) => ({ at: (tick.at - zero) / stretch, label: tick.label }));
        context.textBaseline = "bottom";
        this.drawTicks(context, above, top, -1);
        context.fillStyle = this.ink.quiet;
        context.textAlign = "left";
        context.fillText("UTC", 2, top - TICK - 4);
    }

    drawTicks(context, ticks, y, way) {
        let end = -Infinity;
        context.textAlign = "center";
        for (const tick of ticks) {
            const x = Math.round(this.pixelX(tick.at)) + 0.5;
            if (x < this.box.left - 0.6 || x > this.box.right + 0.6) continue;
            this.line(context, [[x, y], [x, y + way * TICK]], this.ink.quiet);
            const half = context.measureText(tick.label).width / 2;
            const middle = clamp(x, half + (way < 0 ? 36 : 0), this.size.width - half);
            if (middle - half < end + 8) continue;
            context.fillStyle = this.ink.text;
            context.fillText(tick.label, middle, y + way * (TICK + 3));
            end = middle + half;
        }
    }

    // What a hand does.

    listen() {
        const { canvas } = this;
        canvas.addEventListener("pointermove", (event) => this.move(event));
        canvas.addEventListener("pointerdown", (event) => this.press(event));
        canvas.addEventListener("pointerup", (event) => this.release(event));
        canvas.addEventListener("pointercancel",
            (event) => { this.pointers.delete(event.pointerId); this.dragged = true; });
        canvas.addEventListener("pointerleave", () => { if (this.pointers.size === 0) this.setHover(null); });
        canvas.addEventListener("dblclick", () => this.reset());
        canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
        canvas.addEventListener("keydown", (event) => this.key(event));
        canvas.addEventListener("blur", () => this.setHover(null));
    }

    place(event) {
        const box = this.canvas.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
    }

    panelAt(y) {
        return this.spec.panels.find((panel) => panel.box && y >= panel.box.top - GAP / 2
            && y <= panel.box.bottom + GAP / 2);
    }

    move(event) {
        if (!this.box) return;
        const [x, y] = this.place(event);
        const held = this.pointers.get(event.pointerId);
        if (!held) { this.setHover(this.nearest(x, y, NEAR)); return; }
        if (this.pointers.size === 2) {
            this.pinch(event.pointerId, x, y);
            return;
        }
        if (!this.dragged && Math.hypot(x - held.startX, y - held.startY) < 4) return;
        this.dragged = true;
        this.setHover(null);
        this.canvas.classList.add("held");
        this.pan((held.x - x) / (this.box.right - this.box.left), held.panel, event.pointerType === "touch" ? 0
            : y - held.y);
        [held.x, held.y] = [x, y];
    }

    press(event) {
        if (!this.box || event.button !== 0) return;
        const [x, y] = this.place(event);
        if (this.pointers.size === 0) this.dragged = false;
        this.pointers.set(event.pointerId, { x, y, startX: x, startY: y, panel: this.panelAt(y) });
        this.canvas.setPointerCapture(event.pointerId);
    }

    release(event) {
        const held = this.pointers.get(event.pointerId);
        this.pointers.delete(event.pointerId);
        this.canvas.classList.remove("held");
        if (!held) return;
        if (this.dragged) { this.tellView(); return; }
        const point = this.nearest(held.x, held.y, event.pointerType === "touch" ? 1.4 * NEAR : NEAR);
        if (!point) return;
        this.setHover(point);
        this.options.onChoose?.(point);
    }

    pinch(id, x, y) {
        const held = this.pointers.get(id);
        const [, other] = [...this.pointers].find(([key]) => key !== id);
        const [before, after] = [Math.abs(held.x - other.x), Math.abs(x - other.x)];
        this.dragged = true;
        if (before > 12 && after > 12) this.zoomX(before / after, (x + other.x) / 2);
        [held.x, held.y] = [x, y];
    }

    wheel(event) {
        if (!this.box || event.ctrlKey) return;
        if (event.timeStamp - lastScroll < 250) {
            lastScroll = event.timeStamp;
            return;
        }
        const [x, y] = this.place(event);
        const panel = this.panelAt(y);
        // Sideways scrolling pans; with Shift most systems turn the wheel sideways.
        const turn = event.deltaY || event.deltaX;
        const amount = clamp(turn * (event.deltaMode === 1 ? 16 : 1), -240, 240);
        const factor = Math.exp(amount * 0.0022);
        if (event.shiftKey) {
            if (!panel) return;
            this.zoomY(panel, factor, y);
        } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
            this.pan(event.deltaX / (this.box.right - this.box.left), null, 0);
        } else if (!this.zoomX(factor, x)) {
            lastScroll = event.timeStamp; // all is shown: the page scrolls on
            return;
        }
        event.preventDefault();
        this.setHover(null);
        clearTimeout(this.telling);
        this.telling = setTimeout(() => this.tellView(), 250);
    }

    key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || !this.box) return;
        const panel = this.spec.panels[0];
        // Keys zoom around the point that they are at.
        const at = this.hover ? this.pixelX(this.hover.x) : NaN;
        const middle = at >= this.box.left && at <= this.box.right ? at : (this.box.left + this.box.right) / 2;
        const tall = panel ? panel.box.bottom - panel.box.top : 1;
        const acts = {
            ArrowRight: () => (event.shiftKey ? this.pan(0.12, null, 0) : this.step(1)),
            ArrowLeft: () => (event.shiftKey ? this.pan(-0.12, null, 0) : this.step(-1)),
            ArrowUp: () => (event.shiftKey ? this.zoomY(panel, 0.8) : this.pan(0, panel, tall * 0.1)),
            ArrowDown: () => (event.shiftKey ? this.zoomY(panel, 1.25) : this.pan(0, panel, -tall * 0.1)),
            "+": () => this.zoomX(0.75, middle), "=": () => this.zoomX(0.75, middle),
            "-": () => this.zoomX(4 / 3, middle), 0: () => this.reset(), Home: () => this.reset(),
            Enter: () => this.hover && this.options.onChoose?.(this.hover),
            Escape: () => this.setHover(null),
            t: () => this.toggleTable(), T: () => this.toggleTable(),
        };
        const act = acts[event.key];
        if (!act) return;
        event.preventDefault();
        act();
        if (!["Enter", "Escape", "t", "T"].includes(event.key)) this.tellView();
    }

    // The next point in time from where the keys are, which is brought into view and said.
    step(way) {
        const points = this.allPoints().sort((a, b) => a.x - b.x);
        if (points.length === 0) return;
        const chosen = this.hover ?? points.find((point) => this.isChosen?.(point));
        const at = chosen ? points.indexOf(chosen) : way > 0 ? -1 : points.length;
        const point = points[clamp(at + way, 0, points.length - 1)];
        const [low, high] = this.x;
        if (point.x < low || point.x > high) {
            const half = (high - low) / 2;
            this.view.x = [point.x - half, point.x + half];
        }
        this.draw();
        this.setHover(point);
        announce((this.options.tip?.(point) ?? []).map(([name, text]) => `${name} ${text}`).join(", "));
    }

    allPoints() {
        return this.spec.panels.flatMap((panel) => (panel.points ?? []).filter((point) => isNumber(point.x)
            && isNumber(point.y)
            && !point.isAside && panel === this.spec.panels[0]));
    }

    nearest(x, y, within) {
        let [best, distance] = [null, within];
        const panel = this.panelAt(y);
        for (const point of panel?.points ?? []) {
            if (!isNumber(point.x) || !isNumber(point.y)) continue;
            const [px, py] = [this.pixelX(point.x), this.pixelY(panel, point.y)];
            if (px < this.box.left || px > this.box.right || py < panel.box.top || py > panel.box.bottom) continue;
            // A detection is easier to catch than a limit that lies beside it.
            const far = Math.hypot(px - x, py - y) + (point.kind === "point" ? 0 : 2);
            if (far < distance) [best, distance] = [point, far];
        }
        return best;
    }

    setHover(point) {
        if (point === this.hover) return;
        this.hover = point;
        this.canvas.classList.toggle("near", point !== null);
        this.options.onHover?.(point);
        this.showTip(point);
        this.redraw();
    }

    showTip(point) {
        const rows = point ? this.options.tip?.(point) : null;
        this.tooltip.hidden = !rows;
        if (!rows) return;
        replace(this.tooltip, h("dl", {}, rows.map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)])));
        const panel = this.spec.panels.find((candidate) => candidate.points?.includes(point));
        const [x, y] = [this.pixelX(point.x), this.pixelY(panel, point.y)];
        const { offsetWidth: wide, offsetHeight: tall } = this.tooltip;
        const left = x + 14 + wide > this.size.width ? x - 14 - wide : x + 14;
        const top = clamp(y - tall / 2, 0, Math.max(0, this.size.height - tall));
        this.tooltip.style.transform = `translate(${Math.max(0, Math.round(left))}px, ${Math.round(top)}px)`;
    }

    // Pans by a part of the width, and by pixels of a panel's height.
    pan(part, panel, pixels) {
        const [low, high] = this.x;
        const [first, last] = this.full;
        // Something of the data stays in sight.
        const by = clamp(part * (high - low), first - high + (high - low) * 0.1, last - low - (high - low) * 0.1);
        if (by !== 0) this.view.x = [low + by, high + by];
        if (panel && pixels && !panel.isFixed) {
            const [from, to] = this.y(panel);
            const shift = (pixels / (panel.box.bottom - panel.box.top)) * (to - from) * (panel.isReversed ? -1 : 1);
            this.view.y[panel.key] = [from + shift, to + shift];
        }
        this.redraw();
    }

    // Gives whether there was anything to zoom.
    zoomX(factor, pixel) {
        const [low, high] = this.x;
        const most = (this.full[1] - this.full[0]) * (this.spec.isBounded ? 1 : 3);
        if (factor > 1 && high - low >= most * 0.999) return false;
        if (factor < 1 && high - low <= (this.spec.smallest ?? SMALLEST) * 1.001) return false;
        const wide = clamp((high - low) * factor, this.spec.smallest ?? SMALLEST, most);
        const at = low + ((pixel - this.box.left) / (this.box.right - this.box.left)) * (high - low);
        const from = at - ((at - low) / (high - low)) * wide;
        this.view.x = [from, from + wide];
        this.redraw();
        return true;
    }

    zoomY(panel, factor, pixel = (panel.box.top + panel.box.bottom) / 2) {
        if (panel.isFixed) return;
        const [low, high] = this.y(panel);
        const tall = clamp((high - low) * factor, (panel.full[1] - panel.full[0]) / 200,
            (panel.full[1] - panel.full[0]) * 4);
        const part = clamp((pixel - panel.box.top) / (panel.box.bottom - panel.box.top), 0, 1);
        const up = panel.isReversed ? part : 1 - part;
        const at = low + up * (high - low);
        this.view.y[panel.key] = [at - up * tall, at - up * tall + tall];
        this.redraw();
    }

    reset() {
        this.view = { x: null, y: {} };
        this.tellView();
        this.redraw();
    }

    tellView() {
        const y = {};
        for (const panel of this.spec.panels) {
            if (this.view.y[panel.key]) y[panel.key] = this.view.y[panel.key].map((place) => panel.axis.value(place));
        }
        this.options.onView?.({ x: this.view.x, y });
    }

    // The same numbers as a table.

    toggleTable() {
        if (!this.options.table) return;
        this.tableHolder.hidden = !this.tableHolder.hidden;
        this.options.onTable?.(!this.tableHolder.hidden);
        if (this.tableHolder.hidden) { this.canvas.focus(); return; }
        this.drawTable();
        this.tableHolder.focus();
        announce("table shown");
    }

    drawTable() {
        const { caption, columns, rows } = this.options.table();
        const body = h("tbody");
        const more = fillRows(body, rows, (row) => h("tr", {}, row.map((cell) => h("td", {}, cell))));
        replace(this.tableHolder, h("table", {}, h("caption", {}, caption),
            h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))), body), more);
    }
}

export { plain };
