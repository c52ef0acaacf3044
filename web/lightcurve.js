// The light curve of an object with its switches; what is switched is in the address.

import { bandColour, bandName, bandShape, magOfFlux, mag, number, plural, signed, taiToUTC, utc } from "./format.js";
import { h, replace, svg } from "./dom.js";
import { bandsOf, distanceModulus, peakOf, signalToNoise } from "./photometry.js";
import { Plot } from "./plot.js";
import { path } from "./symbols.js";

const POGSON = 2.5 / Math.LN10;
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const KINDS = [["detections", "Detections", "detection"], ["forced", "Forced", "forced"],
    ["limits", "Limits", "limit"]];

// A band's or a kind's mark, as the plot draws it.
export function mark(shape, colour, isHollow = false, size = 4.2) {
    const picture = svg("svg", { width: 14, height: 14, viewBox: "0 0 14 14", class: "mark", "aria-hidden": "true" },
        svg("path", { d: path(shape, size) }));
    picture.style.color = colour.startsWith("--") ? `var(${colour})` : colour;
    if (isHollow) picture.classList.add("hollow");
    return picture;
}

// A row of choices of which one is taken.
function choice(name, options, isTaken, take) {
    const buttons = options.map(([value, text, title]) => h("button", {
        type: "button", class: "small", title, "aria-pressed": String(isTaken(value)),
        on: { click: () => { take(value); buttons.forEach((button, index) =>
            button.setAttribute("aria-pressed", String(isTaken(options[index][0])))); } },
    }, text));
    return h("div", { class: "choice", role: "group", "aria-label": name }, buttons);
}

export class LightCurve {
    // options: object (the API's), points, fit (or null), query (URLSearchParams), setQuery, onChoose(point),
    // onHover(point | null),
    // hasAlert(id).
    constructor(options) {
        Object.assign(this, options);
        this.bands = bandsOf(this.points);
        this.peak = peakOf(this.fit, this.object.time_scale);
        const brightest = this.points.filter((p) => p.kind === "detection" && p.isPositive && isNumber(p.mag))
            .reduce((best, point) => (best === null || point.mag < best.mag ? point : best), null);
        this.zero = this.peak ?? brightest?.x ?? null;
        const query = this.query;
        const hidden = new Set((query.get("hide") ?? "").split(",").filter(Boolean));
        const standard = this.object.survey === "ztf" || this.object.survey === "winter" ? "mag" : "flux";
        this.standard = standard;
        this.state = {
            y: ["mag", "flux", "asinh"].includes(query.get("y")) ? query.get("y") : standard,
            of: query.get("of") === "total" ? "total" : "difference",
            time: query.get("time") === "days" && this.zero !== null ? "days" : "mjd",
            hidden,
        };
        this.template = null;
        this.model = null;
        this.plot = new Plot({
            label: `Light curve of ${this.object.objectId}`, height: 420,
            tip: (point) => this.tip(point), table: () => this.table(),
            onChoose: (point) => this.onChoose?.(point.item), onHover: (point) => this.onHover?.(point?.item ?? null),
            onView: (view) => this.keepView(view), onTable: (isShown) => {
                this.tableButton.setAttribute("aria-pressed", String(isShown));
            },
        });
        this.makeControls();
        this.element = h("section", { class: "lightcurve", "aria-labelledby": "lightcurve-title" },
            h("h2", { id: "lightcurve-title" }, "Light curve"), this.controls, this.bandRow, this.plot.element,
                this.note,
            h("p", { class: "keys quiet" },
                "Wheel zooms time, with Shift brightness; drag pans; double click shows all. ",
                "Keys on the plot: ", ["←", "→"].map((key) => h("kbd", {}, key)), " points, ", h("kbd", {}, "+"),
                h("kbd", {}, "−"), " zoom, ", h("kbd", {}, "0"), " all, ", h("kbd", {}, "Enter"), " cutouts, ",
                h("kbd", {}, "t"), " table."));
        this.draw();
        this.plot.show(this.viewOfAddress());
    }

    makeControls() {
        const { state } = this;
        const keep = (name, value, standard) => this.setQuery({ [name]: value === standard ? null : value });
        const changed = () => this.draw();
        this.totals = choice("Flux", [
            ["difference", "Difference", "what the subtraction measured"],
            ["total", "Total", "difference and template together"],
        ], (value) => state.of === value, (value) => {
            state.of = value;
            keep("of", value, "difference");
            this.setQuery({ yr: null });
            this.plot.view.y = {};
            changed();
        });
        this.totals.hidden = true;
        const shown = (name) => !state.hidden.has(name);
        const toggle = (name, picture, text, title) => {
            const button = h("button", {
                type: "button", class: "small toggle", title, "aria-pressed": String(shown(name)),
                on: { click: () => {
                    if (shown(name)) state.hidden.add(name); else state.hidden.delete(name);
                    button.setAttribute("aria-pressed", String(shown(name)));
                    this.setQuery({ hide: [...state.hidden].join(",") || null });
                    changed();
                } },
            }, picture, text);
            return button;
        };
        const count = (kind, band = null) =>
            this.points.filter((point) => point.kind === kind && (band === null || point.band === band)).length;
        const pictures = {
            detections: () => mark("circle", "--text"), forced: () => mark("circle", "--text", true, 2.6),
            limits: () => mark("down", "--text", true, 3.4),
        };
        this.modelButtons = [
            toggle("model", null, "Model", "the SALT2 fit and its error"),
            toggle("residuals", null, "Residuals", "points less model, in sigma"),
        ];
        this.modelButtons.forEach((button) => { button.hidden = true; });
        this.tableButton = h("button", { type: "button", class: "small", "aria-pressed": "false",
            title: "the points as a table",
            on: { click: () => this.plot.toggleTable() } }, "Table");
        this.controls = h("div", { class: "curve-controls" },
            choice("Brightness", [["mag", "Magnitude"], ["flux", "Flux"], ["asinh", "asinh", "flux on an asinh scale"]],
                (value) => state.y === value, (value) => {
                    state.y = value;
                    keep("y", value, this.standard);
                    this.setQuery({ yr: null });
                    this.plot.view.y = {};
                    changed();
                }),
            h("div", { class: "choice", role: "group", "aria-label": "Points" },
                KINDS.filter(([, , kind]) => count(kind) > 0)
                .map(([name, text, kind]) => toggle(name, pictures[name](), text, `${count(kind)} of these`))),
            choice("Time", [["mjd", "MJD"], ...(this.zero === null ? [] : [["days", "From peak",
                this.peak !== null ? "peak: t0 of the fit" : "peak: the brightest detection"]])],
            (value) => state.time === value, (value) => {
                const view = this.viewNow();
                state.time = value;
                keep("time", value, "mjd");
                this.draw();
                this.plot.show(this.viewOf(view));
            }),
            // Those that come with an answer stand last, so that nothing moves.
            this.totals, h("div", { class: "choice", role: "group", "aria-label": "Fit" }, this.modelButtons));
        this.bandRow = h("div", { class: "curve-controls bands" },
            h("div", { class: "curve-controls", role: "group", "aria-label": "Bands" },
            this.bands.map((band) => toggle(band, mark(bandShape(band), bandColour(band)),
                `${bandName(band)} ${count("detection", band) || ""}`,
                `${band}: ${plural(this.points.filter((point) => point.band === band).length, "point")}`))),
            h("span", { class: "grow" }),
            h("button", { type: "button", class: "small", title: "show all (0)",
                on: { click: () => this.plot.reset() } }, "All"),
            this.tableButton);
        this.note = h("p", { class: "curve-note quiet" });
    }

    // What the packet says of the template has come.
    setTemplate(template) {
        this.template = template;
        this.totals.hidden = template === null;
        if (template === null) this.state.of = "difference";
        this.draw();
    }

    // The model has come: {bands, residuals}, or null.
    setModel(model) {
        this.model = model;
        this.modelButtons.forEach((button) => { button.hidden = model === null; });
        this.draw();
    }

    choose(id) {
        this.plot.choose((point) => id !== null && point.item.id === id);
    }

    // A point's flux as it is asked for.
    fluxOf(point) {
        if (this.state.of === "difference" || !this.template) return point.flux;
        const base = this.template(point);
        return base === null || point.flux === null ? null : base + point.flux;
    }

    draw() {
        const { state } = this;
        const isMag = state.y === "mag";
        const isTotal = state.of === "total" && this.template !== null;
        const visible = this.points.filter((point) => !state.hidden.has(point.band)
            && !state.hidden.has(KINDS.find(([, , kind]) => kind === point.kind)[0]));
        const fluxes = visible.map((point) => Math.abs(this.fluxOf(point) ?? 0));
        this.unit = Math.max(0, ...fluxes) >= 20000 ? { name: "µJy", size: 1000 } : { name: "nJy", size: 1 };
        const drawn = visible.map((point) => (isMag ? this.asMag(point, isTotal)
            : this.asFlux(point, isTotal))).filter(Boolean);
        // Detections come last: on top.
        const rank = { limit: 0, forced: 1, point: 2 };
        drawn.sort((a, b) => rank[a.kind] - rank[b.kind]);
        const errors = visible.map((point) => point.fluxError).filter((value) => value > 0).sort((a, b) => a - b);
        const main = {
            key: "main", share: 3.4, points: drawn, isReversed: isMag, scale: state.y === "asinh" ? "asinh" : "linear",
            soft: (3 * (errors[Math.floor(errors.length / 2)] ?? 100)) / this.unit.size, longestBar: isMag ? 0.6
                : Infinity,
            isGrouped: state.y === "flux",
            label: isMag ? `AB mag${isTotal ? ", total" : ""}` : `flux, ${this.unit.name}${isTotal ? ", total" : ""}`,
            curves: [], levels: isMag ? [] : [{ y: 0 }], verticals: [],
        };
        if (state.y === "asinh") main.label = `asinh flux, ${this.unit.name}`;
        if (this.peak !== null && !state.hidden.has("model")) {
            main.verticals.push({ x: this.timeOf(this.peak), label: "t0", dash: [3, 3] });
        }
        const panels = [main];
        if (this.model && !state.hidden.has("model")) main.curves = this.curves(isMag, isTotal);
        if (this.model && !state.hidden.has("residuals")) panels.push(this.residuals());
        this.addAbsolute(main, isMag && !isTotal);
        this.plot.set({ panels, empty: this.points.length > 0 ? "nothing to show"
            : "no points of this object are here", time: { kind: state.time === "days" ? "days" : "mjd",
            zero: this.zero,
            label: this.peak !== null ? "days from peak (t0 of the fit)" : "days from the brightest detection" } });
        this.say(drawn, isMag);
    }

    say(drawn, isMag) {
        const notes = [];
        if (drawn.length === 0
            && this.points.length > 0) notes.push("Nothing is left to show: switch points or bands on.");
        if (isMag && drawn.some((point) =>
            point.isNegative)) notes.push("Symbols with a bar: fainter than the template.");
        if (drawn.some((point) =>
            point.item.marks.length > 0)) notes.push("Hollow: with a mark of the survey's or of Nightjar's.");
        if (isMag && drawn.some((point) => point.item.kind === "forced" && point.kind === "limit")) {
            notes.push("Forced photometry under 3 sigma is a limit of 5 sigma.");
        }
        replace(this.note, notes.join(" "));
    }

    timeOf(x) {
        return this.state.time === "days" ? x - this.zero : x;
    }

    base(point) {
        return { x: this.timeOf(point.x), shape: bandShape(point.band), colour: bandColour(point.band), item: point,
            isHollow: point.marks.length > 0, kind: point.kind === "detection" ? "point" : point.kind };
    }

    asMag(point, isTotal) {
        const made = this.base(point);
        if (point.kind === "limit") {
            return isTotal || !isNumber(point.limit) ? null : { ...made, y: point.limit };
        }
        if (isTotal) {
            const flux = this.fluxOf(point);
            if (!(flux > 0)) return null;
            return { ...made, y: magOfFlux(flux), ...this.bars(magOfFlux(flux),
                (POGSON * (point.fluxError ?? 0)) / flux) };
        }
        if (point.kind === "forced") {
            const ratio = signalToNoise(point);
            if (ratio === null) return null;
            if (Math.abs(ratio) < 3) return { ...made, kind: "limit", y: magOfFlux(5 * point.fluxError) };
        }
        if (!isNumber(point.mag)) return null;
        return { ...made, isNegative: !point.isPositive, y: point.mag, ...this.bars(point.mag, point.magError) };
    }

    asFlux(point, isTotal) {
        const made = this.base(point);
        const { size } = this.unit;
        if (point.kind === "limit") return isTotal || !isNumber(point.noise) ? null
            : { ...made, y: (5 * point.noise) / size };
        const flux = this.fluxOf(point);
        if (!isNumber(flux)) return null;
        return { ...made, y: flux / size, ...this.bars(flux / size, point.fluxError === null ? null
            : point.fluxError / size) };
    }

    bars(y, error) {
        return isNumber(error) && error > 0 ? { low: y - error, high: y + error } : {};
    }

    curves(isMag, isTotal) {
        return (this.model.bands ?? []).filter((band) => !this.state.hidden.has(band.bandpass)).map((band) => {
            const base = isTotal ? this.template({ id: null, band: band.bandpass }) ?? NaN : 0;
            const error = band.error_njy ?? [];
            // Beyond its phases the model has neither light nor error: there it is not drawn.
            const flux = band.flux_njy.map((value, index) => (value === 0 && !(error[index] > 0) ? NaN : value + base));
            // Where the band reaches to no light at all it goes out of the plot.
            const value = (f) => (Number.isNaN(f) ? NaN : isMag ? (f > 0 ? magOfFlux(f) : 40) : f / this.unit.size);
            return {
                colour: bandColour(band.bandpass), x: band.mjd_tai.map((mjd) => this.timeOf(taiToUTC(mjd))),
                y: flux.map((f) => (isMag && !(f > 0) ? NaN : value(f))),
                low: flux.map((f, index) => value(f - (error[index] ?? 0))),
                    high: flux.map((f, index) => value(f + (error[index] ?? 0))),
            };
        });
    }

    residuals() {
        const find = (residual) => this.points.find((point) => point.band === residual.bandpass
            && Math.abs(point.mjdTAI - residual.mjd_tai) < 1e-5 && point.kind !== "limit");
        const points = (this.model.residuals ?? []).filter((residual) => !this.state.hidden.has(residual.bandpass)
            && isNumber(residual.pull))
            .map((residual) => {
                const item = find(residual) ?? { id: null, kind: "detection", band: residual.bandpass, marks: [],
                    x: taiToUTC(residual.mjd_tai), mjdTAI: residual.mjd_tai };
                return { ...this.base(item), y: residual.pull, low: residual.pull - 1, high: residual.pull + 1,
                    pull: residual.pull };
            });
        return { key: "pull", share: 1, label: "pull, σ", points, levels: [{ y: 0 }], strips: [{ from: -1, to: 1 }],
            holds: [-2, 2] };
    }

    addAbsolute(panel, isWanted) {
        const z = this.fit?.success ? this.fit.z : null;
        const modulus = isNumber(z) ? distanceModulus(z) : null;
        if (!isWanted || modulus === null) return;
        panel.right = { shift: -modulus, label: `M at z = ${number(z, 3)}` };
    }

    // The address has what is shown in MJD, whatever the axis says.
    viewNow() {
        const x = this.plot.view.x;
        return x ? x.map((value) => (this.state.time === "days" ? value + this.zero : value)) : null;
    }

    viewOf(x) {
        const y = this.query.get("yr")?.split(",").map(Number);
        return { x: x ? x.map((value) => this.timeOf(value)) : null, y: y ? { main: y } : {} };
    }

    viewOfAddress() {
        return this.viewOf(this.query.get("xr")?.split(",").map(Number) ?? null);
    }

    keepView(view) {
        const x = this.viewNow();
        this.setQuery({ xr: x ? x.map((value) => value.toFixed(4)).join(",") : null,
            yr: view.y.main ? view.y.main.map((value) => value.toPrecision(5)).join(",") : null });
    }

    tip(point) {
        const { item } = point;
        const kind = { detection: "detection", forced: "forced photometry", limit: "limit" }[item.kind];
        const rows = [[bandName(item.band), kind], ["UTC", utc(item.x, { seconds: true })], ["MJD", number(item.x, 5)]];
        if (this.zero !== null) rows.push(["from peak", `${signed(item.x - this.zero, 1)} d`]);
        if (item.kind === "limit") {
            if (isNumber(item.limit)) rows.push(["5 sigma", mag(item.limit)]);
        } else {
            const ratio = signalToNoise(item);
            if (isNumber(item.mag) && (ratio === null || Math.abs(ratio) >= 3)) {
                rows.push(["mag", `${mag(item.mag)} ± ${mag(item.magError)}${item.isPositive ? "" : ", negative"}`]);
            }
            if (isNumber(item.flux)) {
                const { name, size } = this.unit;
                const shown = (flux) => number((flux ?? NaN) / size, size > 1 ? 1 : 0);
                rows.push(["flux", `${shown(item.flux)} ± ${shown(item.fluxError)} ${name}`]);
            }
            if (ratio !== null) rows.push(["S/N", number(ratio, 1)]);
            if (isNumber(item.realBogus)) rows.push(["real/bogus", number(item.realBogus, 2)]);
        }
        if (isNumber(point.pull)) rows.push(["pull", `${signed(point.pull, 2)} σ`]);
        if (item.marks.length > 0) rows.push(["marks", item.marks.join(", ")]);
        if (item.object && item.object !== this.object.objectId) rows.push(["object", item.object]);
        if (item.id !== null) {
            rows.push(["alert", item.id]);
            if (!this.hasAlert(item.id)) rows.push(["", "from a history: its own alert is not here"]);
        }
        return rows;
    }

    table() {
        return {
            caption: `Points of ${this.object.objectId}, the newest first. Fluxes are differences.`,
            columns: ["UTC", "MJD (UTC)", "Band", "Kind", "Mag", "Error", "Flux, nJy", "Error", "S/N", "Alert",
                "Marks"],
            rows: this.points.toReversed().map((point) => [
                utc(point.x, { seconds: true }), number(point.x, 5), bandName(point.band), point.kind,
                point.kind === "limit" ? `> ${mag(point.limit)}` : mag(point.isPositive ? point.mag : null),
                    mag(point.magError),
                number(point.flux, 0), number(point.fluxError, 0), number(signalToNoise(point), 1), point.id ?? "",
                    point.marks.join(", "),
            ]),
        };
    }
}
