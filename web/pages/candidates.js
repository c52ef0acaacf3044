// What filters passed: rows of 88 px with a light curve, cutouts, and the numbers that matter.

import { get } from "../api.js";
import { announce, h, replace, useStyle } from "../dom.js";
import { bandName, night as nightText } from "../format.js";
import { candidateRow, exportColumns } from "../candidaterow.js";
import { hide, isHidden, unhide } from "../hidden.js";
import { csvButton, field, nothing, pager, select, skeleton, trouble } from "../table.js";

const rowHeight = 88;
const pageSize = 200;
/** The bands of each survey, as the API calls them. */
const bandsOf = {
    ztf: ["ztfg", "ztfr", "ztfi"], lsst: ["lsstu", "lsstg", "lsstr", "lssti", "lsstz", "lssty"],
    winter: ["wintery", "winterj", "winterh", "winterk"],
    elasticc: ["lsstu", "lsstg", "lsstr", "lssti", "lsstz", "lssty"],
};
/** What a list begins with where nobody says otherwise: the brightest, the youngest; of all else the largest. */
const firstOrder = (sort) => sort === "mag" || sort === "age" ? "asc" : "desc";

/** The survey that is listed: candidates of several are never mixed. */
const surveyOf = (context) => context.query.get("survey") ?? context.info.surveys?.[0] ?? null;

/** What is asked for, out of the address. */
function asked(context) {
    const { query } = context;
    const of = (name) => query.get(name);
    return {
        survey: surveyOf(context), filter: of("filter"), night: of("night"), each: of("each"),
        bandpass: of("bandpass"), min_mag: of("min_mag"),
        max_mag: of("max_mag"), sort: of("sort"), order: of("order"), cursor: of("cursor"),
        limit: of("limit") ?? pageSize,
    };
}

export async function show(main, context) {
    const list = h("ol", { class: "candidates", "aria-label": "Candidates" });
    const foot = h("div", { class: "list-foot" });
    const status = h("div", { class: "list-status", role: "status" });
    const page = { rows: [], next: null, total: null, filters: [], chosen: null,
        isAll: context.query.get("hidden") === "show" };
    let abort = null;

    const say = (asOf) => {
        const { filter, night, each, survey } = asked(context);
        context.head({
            title: "Candidates",
            says: [each === "alert" ? "Each alert" : "The newest alert of each object",
                ` that passed ${filter ?? "the survey's own filter"}`,
                night ? ` in the night of ${nightText(night)}` : "", survey ? `, of ${survey.toUpperCase()}.` : "."],
            asOf, calls: [{ label: "These candidates", path: "candidates", params: asked(context) }],
        });
    };
    say(undefined);
    replace(list, skeleton(8, rowHeight));
    // What is wrong with these the list itself says.
    const known = get("filters").then(({ filters }) => {
        page.filters = filters;
    }, () => {});
    const nights = get("nights").then((answer) => { page.nights = answer.nights; }, () => {});
    const loaded = load();
    await useStyle("lists.css");

    const change = (changes) => {
        context.setQuery({ cursor: null, ...changes });
        drawSorts();
        load();
    };
    const filterChoice = select("filter", [["", "the survey's own"]], "", (filter) => change({ filter }));
    const nightChoice = select("night", [["", "all nights"]], "", (night) => change({ night }));
    const eachChoice = select("each", [["", "each object"], ["alert", "each alert"]], context.query.get("each") ?? "",
        (each) => change({ each }));
    const surveys = context.info.surveys ?? [];
    const surveyChoice = surveys.length > 1 ? field("Survey", select("survey", surveys.map((one) => [one,
        one.toUpperCase()]), surveyOf(context),
        (survey) => { change({ survey, filter: null, bandpass: null }); choices(); })) : null;
    const bandChoice = select("bandpass", [["", "any band"]], "", (bandpass) => change({ bandpass }));
    const magnitude = (name, hint) => {
        const input = h("input", {
            type: "number", name, step: "0.1", min: "0", max: "40", placeholder: hint,
            value: context.query.get(name) ?? "", inputmode: "decimal",
            class: "mag",
        });
        input.addEventListener("change", () => { if (input.checkValidity()) change({ [name]: input.value }); });
        return input;
    };
    const hiddenBox = h("input", { type: "checkbox", checked: page.isAll });
    hiddenBox.addEventListener("change", () => {
        page.isAll = hiddenBox.checked;
        context.setQuery({ hidden: page.isAll ? "show" : null });
        draw();
    });
    const hiddenCount = h("span");
    const visible = () => page.rows.filter((row) => page.isAll || !isHidden(row));
    const sortRow = h("div", { class: "candidate-heads" });
    main.append(
        h("form", { class: "controls", on: { submit: (event) => event.preventDefault() } },
            surveyChoice, field("Filter", filterChoice), field("Night", nightChoice), field("A row for", eachChoice),
            field("Band", bandChoice),
            field("Brighter than, mag", magnitude("max_mag", "e.g. 19.5")),
            field("Fainter than, mag", magnitude("min_mag", "e.g. 16.0")),
            h("label", { class: "inline" }, hiddenBox, h("span", {}, "show hidden"), hiddenCount),
            csvButton("candidates.csv", exportColumns, visible)),
        status, sortRow, list, foot);

    function drawSorts() {
        const { sort, order } = asked(context);
        const now = sort ?? "time";
        const direction = order ?? firstOrder(now);
        const button = (name, title) => {
            const isNow = name === now;
            const next = isNow ? (direction === "asc" ? "desc" : "asc") : firstOrder(name);
            return h("button", {
                type: "button", class: "plain sort", "aria-pressed": String(isNow),
                on: { click: () => change({ sort: name, order: next }) },
            }, title, isNow ? h("span", { class: "arrow" }, direction === "asc" ? "▲" : "▼",
                h("span", { class: "unseen" }, direction === "asc" ? ", ascending" : ", descending")) : null);
        };
        replace(sortRow,
            h("span", { class: "head-curve" }, "Light curve"), h("span", { class: "head-cutouts" },
                "Science · template · difference"),
            h("span", { class: "head-name" }, button("time", "Time, UTC")),
            h("span", { class: "head-numbers" }, h("span", {}, button("mag", "Mag")),
                h("span", { class: "plain" }, "Rise"),
                h("span", {}, button("age", "Age")), h("span", {}, button("score", "Score")),
                h("span", {}, button("detections", "Det.")), h("span", { class: "plain" }, "z of fit")),
            h("span", { class: "head-verdicts" }, "Filters"));
    }

    function choices() {
        const now = asked(context);
        const fill = (control, options, value) => {
            const known = options.some(([id]) => id === (value ?? ""));
            const all = known ? options : [...options, [value, value]];
            replace(control, all.map(([id, text]) => h("option", { value: id, selected: id === (value ?? "") }, text)));
        };
        const names = [...new Set(page.filters.filter((one) => one.survey === now.survey).map((one) =>
            one.filter))].sort();
        fill(filterChoice, [["", "the survey's own"], ...names.map((name) => [name, name])], now.filter);
        const nights = (page.nights ?? []).filter((row) => row.night > 0);
        fill(nightChoice, [["", "all nights"], ...nights.map((row) => [String(row.night), nightText(row.night)])],
            now.night);
        fill(bandChoice, [["", "any band"], ...(bandsOf[now.survey] ?? []).map((band) => [band, bandName(band)])],
            now.bandpass);
    }

    function draw() {
        const rows = visible();
        const hiddenRows = page.rows.filter(isHidden).length;
        hiddenCount.textContent = hiddenRows > 0 ? ` (${hiddenRows})` : "";
        if (page.rows.length === 0) {
            const isFiltered = ["filter", "survey", "night", "bandpass", "min_mag", "max_mag",
                "cursor"].some((name) => context.query.has(name));
            replace(list, h("li", { class: "none" }, isFiltered
                ? nothing("Nothing passed that is so", "Widen the choice above, or ",
                    h("a", { href: "/candidates" }, "begin again"), ".")
                : nothing("Nothing has passed the survey's own filter yet",
                    "Filters judge alerts as a run takes them in: 'nightjar run SOURCE --data DIR --filters filters'. ",
                    h("a", { href: "/filters" }, "Filters"), " has others that have judged.")));
        } else if (rows.length === 0) {
            replace(list, h("li", { class: "none" }, nothing("All of this page are hidden",
                "'show hidden' has them.")));
        } else {
            const make = (row) => candidateRow(row, page.filters, { onHide: () => put(row) });
            // The first screen at once, the rest when it is drawn.
            replace(list, rows.slice(0, 12).map(make));
            if (rows.length > 12) setTimeout(() => { if (page.rows.includes(rows[0])) list.append(...rows.slice(12).map(make)); });
        }
        replace(foot, page.rows.length === 0 && !context.query.has("cursor") ? null : pager({
            query: context.query, next: page.next, shown: rows.length, what: "candidate", total: page.total,
        }));
    }

    /** Hides a row, or shows it again. */
    function put(row) {
        const items = [...list.children];
        const place = items.findIndex((item) => item.candidate === row);
        if (isHidden(row)) unhide(row); else hide(row);
        page.last = row;
        announce(`${row.objectId ?? row.id} ${isHidden(row) ? "hidden; u shows it again" : "shown"}`);
        draw();
        setTimeout(() => focusRow(place), 20);
    }

    const nameOf = (item) => item?.querySelector(".name a");
    function focusRow(place) {
        const items = [...list.children].filter((item) => item.candidate);
        if (items.length === 0) return;
        const item = items[Math.max(0, Math.min(items.length - 1, place))];
        item.scrollIntoView({ block: "nearest" });
        nameOf(item)?.focus({ preventScroll: true });
    }
    const here = () => [...list.children].findIndex((item) => item.contains(document.activeElement));
    const current = () => list.children[here()]?.candidate ?? null;
    context.keys({
        j: ["next candidate", () => focusRow(here() + 1)],
        k: ["candidate before", () => focusRow(here() < 0 ? 0 : here() - 1)],
        Enter: ["open the object", (event) => event.target.closest("a, button")?.click()
            ?? nameOf(list.children[here()])?.click()],
        x: ["hide the object, or show it again", () => { const row = current(); if (row) put(row); }],
        u: ["show again what was hidden last", () => { if (page.last && isHidden(page.last)) put(page.last); }],
        c: ["cuts: why it passed filters, or not", () => list.children[here()]?.querySelector("button.dots")?.click()],
    });

    async function load() {
        abort?.abort();
        abort = new AbortController();
        const { signal } = abort;
        // Rows that are there stay, dimmed, and not before 300 ms: most answers come sooner.
        const dim = setTimeout(() => list.classList.add("waiting"), 300);
        list.setAttribute("aria-busy", "true");
        try {
            // The dots of a row need the filters' names: both are asked for at once.
            const [answer] = await Promise.all([get("candidates", asked(context), { signal }), known]);
            Object.assign(page, { rows: answer.candidates, next: answer.next, total: answer.total ?? null });
            await useStyle("lists.css");
            replace(status);
            say(undefined);
            draw();
        } catch (error) {
            if (error.name === "AbortError") return;
            replace(status, trouble(error, load));
            if (page.rows.length === 0) replace(list); else list.classList.add("stale");
        } finally {
            clearTimeout(dim);
            if (signal === abort.signal) {
                list.classList.remove("waiting");
                list.removeAttribute("aria-busy");
            }
        }
        list.classList.toggle("stale", status.childElementCount > 0);
    }

    drawSorts();
    choices();
    await Promise.all([loaded, known.then(choices), nights.then(choices)]);
}
