// An object: its light curve, cutouts, fit and matches, its alerts, when it can be seen, and a chart.

import { ApiProblem, get, part, url } from "../api.js";
import { calm, packetTree, provenance, verdicts } from "../alertviews.js";
import { chart } from "../chart.js";
import { Cutouts } from "../cutouts.js";
import { announce, copyButton, h, replace, useStyle } from "../dom.js";
import { bandColour, bandName, bandShape, count, degrees, galactic, mag, mjdNow, number, plural, realBogusSays, sexagesimal,
    signed, taiToUTC, utc } from "../format.js";
import { LightCurve, mark } from "../lightcurve.js";
import { linkList } from "../links.js";
import { fitPanel, matchesPanel, ownScores, scoreColumns, scoresPanel } from "../objectpanels.js";
import { bandFacts, pointsOf, scatterOf, templateOf, trend } from "../photometry.js";
import { fillRows } from "../rows.js";
import { objectSnippets, snippets } from "../snippets.js";
import { visibility } from "../visibility.js";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export async function show(main, context) {
    await useStyle("object.css");
    const name = context.parts.slice(1).join("/");
    if (name === "") {
        context.head({ title: "Object", says: "An object has its page under its name.", asOf: null });
        main.append(h("div", { class: "empty" }, h("strong", {}, "No object is named."),
            h("a", { href: "/search" }, "Search"), " by name, id or place."));
        return;
    }
    context.head({ title: name, says: "Asking …", asOf: null });
    const skeleton = h("div", { class: "object-skeleton" }, h("div", { class: "skeleton wide" }),
        h("div", { class: "skeleton tall" }), h("div", { class: "skeleton side" }));
    main.append(skeleton);
    let answer;
    try {
        answer = await get(`objects/${part(name)}`, { survey: context.survey, alone: context.query.get("alone") });
    } catch (error) {
        skeleton.remove();
        if (!(error instanceof ApiProblem) || ![404, 409, 300].includes(error.status)) throw error;
        main.append(await unknown(name, error, context));
        return;
    }
    const [points, facts] = prepare(answer.object);
    skeleton.remove();
    new ObjectPage(main, context, answer, points, facts).draw();
}

function prepare(object) {
    const points = pointsOf(object);
    return [points, bandFacts(points)];
}

// No such object, or one in each of several surveys: what to do.
async function unknown(name, error, context) {
    const isAmbiguous = error.status !== 404;
    context.head({ title: name, says: isAmbiguous ? "Several surveys have an object of this name."
        : "No object of this name is here.", asOf: null });
    const surveys = context.info.surveys ?? ["ztf", "lsst", "elasticc", "winter"];
    const near = isAmbiguous ? [] : await get("resolve", { q: name }).then((found) => found.matches ?? [], () => []);
    return h("div", { class: "empty" }, h("strong", {}, error.title), h("p", {}, error.detail),
        isAmbiguous ? h("p", {}, surveys.map((survey) => [h("a", { href: `?survey=${survey}` }, survey.toUpperCase()),
            " "])) : null,
        near.length ? [h("p", {}, "Like it:"), h("ul", {}, near.slice(0, 8).map((match) => h("li", {},
            h("a", { href: match.kind === "alert" ? `/alerts/${part(match.id)}` : `/objects/${part(match.name)}` },
                match.name ?? match.id))))] : null,
        h("p", {}, h("a", { href: `/search?q=${encodeURIComponent(name)}` }, "Search for it"),
            " by the beginning of its name, an id, or a place."));
}

class ObjectPage {
    constructor(main, context, answer, points, facts) {
        Object.assign(this, { main, context, points, facts });
        this.object = answer.object;
        this.newest = answer.newest;
        this.survey = this.object.survey;
        this.fits = this.object.fits ?? [];
        this.fit = this.fits[0] ?? null;
        this.alerts = (this.object.alerts ?? []).map((alert) => ({ ...alert, utc: taiToUTC(alert.mjd_tai) }))
            .sort((a, b) => a.utc - b.utc);
        this.ids = new Set(this.alerts.map((alert) => alert.id));
        this.bands = new Map(points.filter((point) => point.id !== null).map((point) => [point.id, point.band]));
        const wanted = context.query.get("alert");
        this.chosen = this.ids.has(wanted) ? wanted : this.alerts.at(-1)?.id ?? null;
        this.packets = new Map();
        this.hasPath = (path) => (context.info.paths ?? []).includes(path);
    }

    // An alert with its packet; asked for once.
    alert(id) {
        if (!this.packets.has(id)) {
            const asked = get(`alerts/${part(id)}`, { survey: this.survey });
            asked.catch(() => this.packets.delete(id));
            this.packets.set(id, asked);
            if (this.packets.size > 30) this.packets.delete(this.packets.keys().next().value);
        }
        return this.packets.get(id);
    }

    draw() {
        const { object, context } = this;
        const path = `objects/${part(object.objectId)}`;
        const detections = this.points.filter((point) => point.kind === "detection");
        context.head({
            title: object.objectId,
            says: `${this.survey.toUpperCase()} object: ${plural(this.alerts.length, "alert")} here, `
                + `${plural(detections.length, "detection")}.`,
            calls: [
                { label: "This object", path, params: { survey: this.survey }, sql: objectSnippets(object).sql },
                this.chosen ? { label: "Its newest alert", path: `alerts/${part(this.alerts.at(-1).id)}`,
                    params: { survey: this.survey } } : null,
            ].filter(Boolean),
        });
        this.curve = new LightCurve({
            object, points: this.points, fit: this.fit?.success ? this.fit : null, query: context.query,
                setQuery: context.setQuery,
            hasAlert: (id) => this.ids.has(id), onChoose: (point) => this.choosePoint(point),
                onHover: (point) => this.follow(point),
        });
        this.cutouts = new Cutouts({ survey: this.survey, onStep: (id) => this.choose(id, false),
            alerts: this.alerts.map((alert) => ({ id: alert.id,
                caption: `${utc(alert.utc)} ${this.bandText(alert.id)}` })) });
        this.fitHolder = h("div");
        replace(this.fitHolder, fitPanel({ fits: this.fits, object, facts: this.facts, survey: this.survey,
            hasAlert: (id) => this.ids.has(id) }));
        this.tabs = this.makeTabs();
        this.main.append(
            this.strip(),
            h("div", { class: "object-grid" },
                h("div", { class: "object-main" }, this.curve.element),
                this.tabs,
                h("div", { class: "object-side" }, this.cutouts.element, this.fitHolder,
                    matchesPanel(this.newest, this.survey),
                    scoresPanel(this.newest, this.scores(), context.info),
                    h("section", {}, h("h2", {}, "Elsewhere"),
                        linkList(this.survey, object.objectId, object.ra, object.dec)))));
        this.curve.plot.redraw();
        const open = this.tabs.querySelector('[aria-selected="true"]');
        open.parentElement.scrollLeft = open.offsetLeft - 40;
        this.choose(this.chosen, true);
        context.keys({
            "[": ["earlier alert", () => this.cutouts.step(-1)], "]": ["later alert", () => this.cutouts.step(1)],
            b: ["blink science and template", () => this.cutouts.blink()],
                t: ["the light curve as a table", () => this.curve.plot.toggleTable()],
            0: ["all of the light curve", () => this.curve.plot.reset()],
        });
        this.loadModel();
        this.loadTemplate();
    }

    bandText(id) {
        const band = this.bands.get(id);
        return band ? bandName(band) : "";
    }

    // Position, and what each band did.
    strip() {
        const { object } = this;
        const hasPlace = isNumber(object.ra) && isNumber(object.dec);
        const text = sexagesimal(object.ra, object.dec);
        const plane = hasPlace ? galactic(object.ra, object.dec) : null;
        const first = this.points.find((point) => point.kind === "detection");
        const last = this.points.filter((point) => point.kind === "detection").at(-1);
        const moves = trend(this.facts);
        const fact = (name, value, title) => (value === null ? null : h("div", { class: "fact", title },
            h("span", { class: "label" }, name), h("span", { class: "number" }, value)));
        const best = scoreColumns(this.newest, this.context.info).filter((column) => isNumber(this.newest[column]))
            .filter((column) => !/_other$/.test(column))[0];
        const place = (label, value, copied) => {
            const button = copyButton(copied);
            button.setAttribute("aria-label", `Copy the position, ${label}`);
            return h("div", { class: "fact" }, h("span", { class: "label" }, label),
                h("span", { class: "number" }, value, " ", button));
        };
        return h("div", { class: "object-strip" },
            h("div", { class: "facts-row" },
                hasPlace ? [
                    place("ICRS, degrees", `${degrees(object.ra)} ${signed(object.dec, 5)}`,
                        `${object.ra.toFixed(6)} ${object.dec.toFixed(6)}`),
                    place("sexagesimal", `${text.ra} ${text.dec}`,
                        `${text.ra.replaceAll(" ", ":")} ${text.dec.replaceAll(" ", ":").replace("−", "-")}`),
                    fact("galactic l, b", `${number(plane.l, 3)} ${signed(plane.b, 3)}`),
                ] : fact("position", "unknown"),
                moves ? fact(`last nights, ${bandName(moves.band)}`,
                    `${moves.word} ${number(Math.abs(moves.slope), 2)} ± ${number(moves.error, 2)} mag/d`,
                    "between the last two nights of the band") : first
                    ? fact("last nights", this.facts.some((band) => band.rise) ? "long apart" : "one night") : null,
                first ? fact("seen for, and last", `${number(last.x - first.x, 1)} d, ${seen(mjdNow() - last.x)}`,
                    `first ${utc(first.x)} UTC, last ${utc(last.x)} UTC`) : null,
                best ? fact(ownScores.includes(best) ? "real/bogus" : best, number(this.newest[best], 2),
                    `of the newest alert${ownScores.includes(best) ? `: ${realBogusSays}` : ""}`) : null,
                fact("SALT2 fit", this.fit ? (this.fit.success
                    ? h("span", { class: `state ${this.fit.quality === "good" ? "good" : "warn"}` },
                    this.fit.quality ?? "unjudged") : "none converged") : "none"),
                object.joined?.length ? fact("same place",
                    object.joined.map((other) => [h("a", { href: `/objects/${part(other.objectId)}?alone=true` },
                    other.objectId), ` ${number(other.distance_arcsec, 2)}″ `])) : null,
                object.withdrawn?.length ? fact("withdrawn", `${object.withdrawn.length}, not shown`,
                    "measurements that the survey took back") : null),
            this.facts.length ? h("div", { class: "scroll band-facts", tabindex: "0", role: "region",
                "aria-label": "by band" }, h("table", {},
                h("thead", {}, h("tr", {}, ["Band", "Detections", "First, UTC", "mag", "Peak, UTC", "mag", "Last, UTC",
                    "mag", "mag/day"]
                    .map((title, index) => h("th", { scope: "col", class: index === 1 || index > 2 && index % 2
                        ? "number" : null }, title)))),
                h("tbody", {}, this.facts.map((band) =>
                    h("tr", {}, h("th", { scope: "row" }, mark(bandShape(band.band), bandColour(band.band)), " ",
                    bandName(band.band)),
                    h("td", { class: "number" }, count(band.count)),
                        ...[band.first, band.peak, band.last].flatMap((point) => [
                        h("td", { class: "when" }, point ? utc(point.x) : "–"),
                            h("td", { class: "number" }, point ? `${point.isPositive ? "" : "neg. "}${mag(point.mag)}`
                            : "–")]),
                    h("td", { class: "number" }, band.rise ? sloped(band.rise.slope) : "–")))))) : null);
    }

    // What was clicked in the light curve.
    choosePoint(point) {
        if (point.id === null || !this.ids.has(point.id)) {
            announce("no alert of this point is archived here");
            return;
        }
        this.choose(point.id, true);
    }

    // Cutouts follow the hand after a moment, and go back when it leaves.
    follow(point) {
        clearTimeout(this.following);
        this.following = setTimeout(() => {
            const id = point && this.ids.has(point.id) ? point.id : this.chosen;
            if (id !== null) this.cutouts.show(id);
        }, 120);
    }

    choose(id, isOutside) {
        if (id === null) return;
        this.chosen = id;
        this.context.setQuery({ alert: id === this.alerts.at(-1)?.id ? null : id });
        this.curve.choose(id);
        if (isOutside) this.cutouts.show(id);
        this.rechoose?.();
    }

    async loadModel() {
        const alert = this.fit?.success ? this.fit.candid ?? this.fit.diaSourceId : null;
        if (!alert || !this.hasPath("/api/v1/objects/{name}/model")) return;
        const note = h("p", { class: "quiet" });
        this.fitHolder.append(note);
        if (this.context.info.models === false) {
            replace(note, h("strong", {}, "No model curve. "),
                "This server has no models: 'nightjar serve --models DIR' says where they are, "
                + "and scripts/fetch-models brings them.");
            return;
        }
        try {
            const model = await get(`objects/${part(this.fit.objectId ?? this.object.objectId)}/model`,
                { alert, survey: this.survey });
            this.curve.setModel(model);
        } catch (error) {
            replace(note, h("strong", {}, "No model curve. "), error.detail ?? error.message);
        }
    }

    // The newest alert's packet says what the template has there.
    async loadTemplate() {
        const newest = this.alerts.at(-1);
        if (!newest) return;
        try {
            this.curve.setTemplate(templateOf(this.survey, (await this.alert(newest.id)).packet));
        } catch { /* the packet's own tab says what is wrong */ }
    }

    // Scores of all the object's alerts, by time.
    async scores() {
        const columns = scoreColumns(this.newest, this.context.info);
        if (columns.length === 0 || this.alerts.length < 2) return null;
        const key = this.survey === "ztf" || this.survey === "winter" ? "candid" : "diaSourceId";
        const time = key === "candid" ? "jd" : "midpointMjdTai";
        const list = columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(", ");
        const ids = this.alerts.slice(-500).map((alert) => String(alert.id).replace(/\D/g, "")).join(",");
        const answer = await get("sql",
            { limit: 500, query: `SELECT CAST(${key} AS TEXT) AS id, ${list} FROM ${this.survey}_alerts `
                + `WHERE ${key} IN (${ids}) ORDER BY ${time}` });
        const when = new Map(this.alerts.map((alert) => [alert.id, alert.utc]));
        return { columns, rows: answer.rows.map((row) => ({ x: when.get(String(row[0])), id: String(row[0]),
            values: row.slice(1) })) };
    }

    makeTabs() {
        const tabs = [
            ["alerts", `Alerts ${count(this.alerts.length)}`, () => this.alertsTab()],
            ["photometry", "Photometry", () => this.photometryTab()],
            ["packet", "Packet", () => this.chosenTab((alert) => packetTree(alert.packet))],
            ["provenance", "Provenance", () => this.chosenTab((alert) => provenance(alert))],
            ["visibility", "Visibility", () => this.placed(() =>
                visibility({ survey: this.survey, ra: this.object.ra, dec: this.object.dec, query: this.context.query,
                setQuery: this.context.setQuery }))],
            ["chart", "Chart", () => this.placed(() =>
                chart({ object: this.object, alertId: this.chosen, catalogues: this.context.info.catalogues ?? [] }))],
            ["code", "Code", () => snippets(objectSnippets(this.object,
                this.hasPath("/api/v1/objects/{name}/photometry")),
                "Ids are strings, since they do not fit into a double.")],
        ];
        const panel = h("div", { class: "tab-panel", role: "tabpanel", tabindex: "0", id: "tab-panel" });
        const buttons = tabs.map(([key, title]) =>
            h("button", { type: "button", role: "tab", id: `tab-${key}`, "aria-controls": "tab-panel", data: { key },
            on: { click: () => open(key), keydown: (event) => move(event, key) } }, title));
        const open = (key, isFirst) => {
            const entry = tabs.find(([candidate]) => candidate === key) ?? tabs[0];
            buttons.forEach((button) => {
                const isOpen = button.dataset.key === entry[0];
                button.setAttribute("aria-selected", String(isOpen));
                button.tabIndex = isOpen ? 0 : -1;
                if (isOpen && button.parentElement) button.parentElement.scrollLeft = button.offsetLeft - 40;
            });
            panel.setAttribute("aria-labelledby", `tab-${entry[0]}`);
            this.main.dataset.tab = entry[0];
            this.rechoose = null;
            replace(panel, entry[2]());
            if (!isFirst) this.context.setQuery({ tab: entry[0] === "alerts" ? null : entry[0] });
        };
        const move = (event, key) => {
            const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
            if (!way) return;
            event.preventDefault();
            const index = (tabs.findIndex(([candidate]) => candidate === key) + way + tabs.length) % tabs.length;
            open(tabs[index][0]);
            buttons[index].focus();
        };
        open(this.context.query.get("tab") ?? "alerts", true);
        return h("div", { class: "tabs" }, h("div",
            { role: "tablist", "aria-label": "More of this object", class: "tab-list" }, buttons), panel);
    }

    placed(make) {
        return isNumber(this.object.ra) && isNumber(this.object.dec) ? make()
            : h("p", { class: "quiet" }, "The position of this object is not known.");
    }

    alertsTab() {
        if (this.alerts.length === 0) return h("p", { class: "quiet" },
            "No alert of this object itself is archived here: it is known from other alerts' histories.");
        const body = h("tbody");
        const rows = [...this.alerts].reverse();
        const points = new Map(this.points.filter((point) => point.kind === "detection").map((point) =>
            [point.id, point]));
        const others = rows.some((alert) => alert.objectId !== this.object.objectId);
        const make = (alert) => {
            const point = points.get(alert.id);
            const whyRow = h("tr", { class: "why", hidden: true }, h("td", { colspan: 9 }));
            const whyButton = h("button", { type: "button", class: "small", "aria-expanded": "false",
                on: { click: () => {
                whyRow.hidden = !whyRow.hidden;
                whyButton.setAttribute("aria-expanded", String(!whyRow.hidden));
                if (whyRow.firstChild.childElementCount === 0) whyRow.firstChild.append(ownVerdict(alert),
                    verdicts(this.survey, alert.id));
            } } }, alert.passed ? "Why" : "Why not");
            const row = h("tr", { data: { id: alert.id } },
                h("td", {}, h("button", { type: "button", class: "small", "aria-pressed": "false",
                    title: "its cutouts, packet and provenance", on: { click: () => this.choose(alert.id, true) } },
                    "Show")),
                h("td", { class: "when" }, utc(alert.utc, { seconds: true })),
                    h("td", {}, point ? [mark(bandShape(point.band), bandColour(point.band)), " ",
                    bandName(point.band)] : "–"),
                h("td", { class: "number" },
                    point ? `${point.isPositive ? "" : "neg. "}${mag(point.mag)} ± ${mag(point.magError)}` : "–"),
                h("td", { class: "number" }, point ? number(point.realBogus, 2) : "–"),
                h("td", {}, h("span", { class: `state ${alert.passed ? "good" : "bad"}` }, alert.passed ? "passed"
                    : "stopped")), h("td", {}, whyButton),
                h("td", {}, h("a", { href: `/alerts/${part(alert.id)}?survey=${this.survey}` }, alert.id)),
                others ? h("td", {}, alert.objectId) : null);
            return [row, whyRow];
        };
        const more = fillRows(body, rows, make);
        more?.addEventListener("click", () => this.rechoose?.());
        this.rechoose = () => body.querySelectorAll("tr[data-id]").forEach((row) => {
            const isChosen = row.dataset.id === this.chosen;
            row.classList.toggle("chosen", isChosen);
            row.querySelector("button").setAttribute("aria-pressed", String(isChosen));
        });
        this.rechoose();
        return [h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "alerts" },
            h("table", { class: "alerts" },
            h("thead", {}, h("tr", {}, ["Shown", "UTC", "Band", "mag", "real/bogus", "Filter", "Cuts", "Alert",
                ...(others ? ["Object"] : [])]
                .map((title, index) => h("th", { scope: "col", class: index === 3 || index === 4 ? "number" : null,
                    title: index === 4 ? realBogusSays : null }, title)))), body)), more];
    }

    photometryTab() {
        const path = `objects/${part(this.object.objectId)}/photometry`;
        const hasFormats = this.hasPath("/api/v1/objects/{name}/photometry");
        const table = this.curve.table();
        const scatter = scatterOf(this.points);
        const body = h("tbody");
        const more = fillRows(body, table.rows,
            (row) => h("tr", {}, row.map((cell, index) =>
            h("td", { class: index > 3 && index < 9 ? "number" : "when" }, cell))));
        return [
            h("p", {}, "Download: ", hasFormats ? [["CSV", "csv"], ["VOTable", "votable"],
                ["JSON", "json"]].map(([title, format], index) =>
                [index ? " · " : "", h("a", { href: url(path, { survey: this.survey, format }),
                    download: `${this.object.objectId}.${format === "votable" ? "vot" : format}` }, title)])
                : h("a", { href: url(`objects/${part(this.object.objectId)}`, { survey: this.survey }) }, "JSON"),
            scatter ? h("span", { class: "quiet" },
                ` · ${scatter.count} positions scatter by ${number(scatter.arcsec, 2)}″ (rms)`) : null),
            h("div", { class: "scroll long", tabindex: "0", role: "region", "aria-label": "photometry" }, h("table", {},
                h("caption", {}, table.caption), h("thead", {},
                    h("tr", {}, table.columns.map((title, index) =>
                    h("th", { scope: "col", class: index > 3 && index < 9 ? "number" : null }, title)))),
                body)), more];
    }

    // A tab of the chosen alert, which follows it.
    chosenTab(make) {
        const holder = h("div");
        const fill = async () => {
            const id = this.chosen;
            if (id === null) { replace(holder, h("p", { class: "quiet" },
                "No alert of this object is archived here.")); return; }
            if (holder.childElementCount === 0) replace(holder, h("p", { class: "skeleton" }, "The alert …"));
            try {
                const alert = await this.alert(id);
                if (id !== this.chosen) return;
                replace(holder, h("p", { class: "quiet" }, "Alert ",
                    h("a", { href: `/alerts/${part(id)}?survey=${this.survey}` }, id), ", ",
                    utc(this.alerts.find((entry) => entry.id === id).utc, { seconds: true }), " UTC"), make(alert));
            } catch (error) {
                if (id === this.chosen) replace(holder, calm(error));
            }
        };
        this.rechoose = fill;
        fill();
        return holder;
    }
}

// The verdict of the survey's own filter, as it was when the alert came.
function ownVerdict(alert) {
    const cuts = Object.entries(alert.verdict ?? {});
    if (cuts.length === 0) return h("span");
    return h("p", { class: "own-verdict" }, h("span", { class: "quiet" }, "When it came: "),
        cuts.map(([name, verdict]) =>
        [h("span", { class: `state ${verdict === true ? "good" : verdict === false ? "bad" : "warn"}` }, name), " "]));
}

// Magnitudes a day, without a sign where there is nothing.
const sloped = (slope) => (Math.abs(slope) < 0.005 ? "0.00" : signed(slope, 2));

// How long ago, days and longer.
function seen(days) {
    if (!isNumber(days)) return "–";
    if (days < 2) return `${number(days * 24, 1)} h ago`;
    return days < 730 ? `${count(days)} d ago` : `${number(days / 365.25, 1)} years ago`;
}
