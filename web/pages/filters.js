// Filters that have judged alerts: text, cuts, nightly yields, overlap; and a place to try one over past nights.

import { get } from "../api.js";
import { bars } from "../bars.js";
import { copyButton, h, replace, useStyle } from "../dom.js";
import { count, night as nightText, number, plural } from "../format.js";
import { nightAfter } from "../nightstate.js";
import { trySection } from "../filtertry.js";
import { csvButton, nothing, skeleton, table, trouble } from "../table.js";

/** A share; small ones with another digit. */
const percent = (share) => share === 0 ? "0 %" : `${number(share * 100, share < 0.001 ? 3 : 2)} %`;
const share = (passed, judged) => judged > 0 ? percent(passed / judged) : "–";
const sqlText = (text) => `'${text.replaceAll("'", "''")}'`;
/** The name that streams and the address have: filters of two surveys may be called the same. */
const keyOf = (use) => `${use.survey}.${use.filter}`;

/** Versions by filter, the one that began last first. */
function grouped(uses) {
    const groups = new Map();
    for (const use of uses) groups.set(keyOf(use), [...(groups.get(keyOf(use)) ?? []), use]);
    return [...groups].map(([key, versions]) => {
        versions.sort((a, b) => b.added.localeCompare(a.added));
        const sum = (name) => versions.reduce((total, use) => total + use[name], 0);
        const [use] = versions;
        return { key, survey: use.survey, filter: use.filter, use, versions, judged: sum("judged"),
            passed: sum("passed"), broken: sum("broken") };
    }).sort((a, b) => a.key.localeCompare(b.key));
}

const state = (use) => {
    if (use.broken === 0) return h("span", { class: "state live", title: "it has judged every alert that came" },
        "judging");
    if (use.judged === 0) return h("span", { class: "state bad" }, "switched off");
    return h("span", { class: "state warn", title: `${plural(use.broken, "alert")} ${use.broken === 1 ? "was" : "were"} not judged` }, "not all judged");
};

export async function show(main, context) {
    const says = "Filters that have judged alerts in a run, what they pass a night, and a place to try another.";
    const calls = [{ label: "Filters, their text and yield", path: "filters" }];
    context.head({ title: "Filters", says, calls });
    const place = h("div", {}, skeleton(8));
    main.append(place);
    const [answer] = await Promise.all([get("filters"), useStyle("lists.css")]).catch((error) => {
        place.remove();
        throw error;
    });
    context.head({ says });
    const groups = grouped(answer.filters.filter((use) => !context.survey || use.survey === context.survey));
    const attempt = trySection(context, groups.map((group) => ({ name: group.key, survey: group.survey,
        sql: group.use.sql })));
    if (groups.length === 0) {
        replace(place, nothing("No filter has judged an alert yet",
            "A run judges by the files SURVEY/NAME.sql of a folder: 'nightjar run SOURCE --data DIR --filters ",
                "filters'."), attempt);
        return;
    }
    const detail = h("section", { class: "filter-detail" });
    const open = (group) => {
        context.setQuery({ filter: group.key });
        drawDetail(detail, group);
        [...list.querySelectorAll("[data-filter]")].forEach((link) => {
            link.setAttribute("aria-current", String(link.dataset.filter === group.key));
        });
    };
    const columns = [
        { label: "Filter", name: "filter", isHeader: true, value: (row) => row.key, cell: (row) => h("a", {
            href: `?filter=${encodeURIComponent(row.key)}`, class: "name", title: row.filter, data: { filter: row.key },
            on: { click: (event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                open(row);
                detail.scrollIntoView({ block: "start" });
                detail.querySelector("h2")?.focus({ preventScroll: true });
            } } }, row.filter) },
        { label: "Survey", name: "survey", value: (row) => row.survey, cell: (row) => row.survey.toUpperCase() },
        { label: "State", name: "state", value: (row) => row.use.broken, cell: (row) => state(row.use) },
        { label: "Version", name: "version", value: (row) => row.use.version,
            cell: (row) => h("code", { title: row.use.version }, row.use.version.slice(0, 12)) },
        { label: "Versions", name: "versions", isNumber: true, value: (row) => row.versions.length },
        { label: "Nights", name: "nights", isNumber: true, title: "of this version", value: (row) => row.use.nights },
        { label: "Judged", name: "judged", isNumber: true, value: (row) => row.judged,
            cell: (row) => count(row.judged) },
        { label: "Passed", name: "passed", isNumber: true, value: (row) => row.passed,
            cell: (row) => h("a", { href: candidates(row) }, count(row.passed)) },
        { label: "Share", name: "share", isNumber: true, value: (row) => row.judged > 0 ? row.passed / row.judged
            : null, cell: (row) => share(row.passed, row.judged) },
        { label: "Not judged", name: "broken", isNumber: true,
            title: "alerts on which it broke its bounds, or that came after it was switched off",
            value: (row) => row.broken, cell: (row) => count(row.broken),
            className: (row) => row.broken > 0 ? "wrong" : null },
    ];
    const shown = table({ columns, rows: groups, caption: "Filters" });
    const list = shown.element;
    const wanted = context.query.get("filter");
    const chosen = groups.find((group) => group.key === wanted || group.filter === wanted) ?? groups[0];
    await Promise.race([drawDetail(detail, chosen), new Promise((resolve) => { setTimeout(resolve, 1500); })]);
    replace(place, h("div", { class: "controls" }, csvButton("filters.csv", columns, shown.shown)), list, detail,
        attempt);
    list.querySelectorAll("[data-filter]").forEach((link) => link.setAttribute("aria-current",
        String(link.dataset.filter === chosen.key)));
}

const candidates = (group, night = null) =>
    `/candidates?${new URLSearchParams({ filter: group.filter, survey: group.survey, each: "alert", ...(night ? { night } : {}) })}`;

/** What stands before the first statement of a filter's text: its own words about itself. */
function comment(sql) {
    return sql.split("\n").filter((line) => line.startsWith("--")).map((line) => line.slice(2).trim()).join(" ");
}

async function drawDetail(detail, group) {
    const { use } = group;
    const yields = h("div", { class: "yields" }, yieldView(group, byNight(group.versions)));
    const cuts = h("div", {}, skeleton(6));
    const overlap = h("div", {}, skeleton(3));
    const about = comment(use.sql);
    replace(detail,
        h("h2", { tabindex: "-1" }, group.filter),
        about ? h("p", {}, about) : null,
        use.broken > 0 ? h("div", { class: "notice warn" },
            h("strong", {}, `${plural(use.broken, "alert")} ${use.broken === 1 ? "was" : "were"} not judged`),
            h("p", {}, "A filter that takes more steps, memory or time on an alert than it may, or 10 ms in the ",
                "mean, is switched off until its ",
                "file changes; an error of values counts for its alert alone. The run's log and report have the ",
                    "reason; ",
                h("code", {}, `nightjar filter test ${group.filter} --data DIR`), " finds it again.")) : null,
        h("div", { class: "controls" }, h("a", { class: "button", href: candidates(group) }, "What it passed")),
        yields,
        h("div", { class: "columns-2" },
            h("div", {}, h("h3", {}, "Cuts"), cuts),
            h("div", {}, h("h3", {}, "Passed by others too"), overlap)),
        h("h3", {}, group.versions.length === 1 ? "Text" : "Text of each version"),
        group.versions.map((version, i) => h("details", { class: "version", open: i === 0 },
            h("summary", {}, h("code", {}, version.version.slice(0, 12)), h("span", { class: "quiet" },
                ` since ${version.added.replace("T", " ").slice(0, 16)} UTC, passed ${count(version.passed)} of ${count(version.judged)}`)),
            h("pre", { tabindex: "0" }, version.sql), copyButton(version.sql))));
    const where = `survey = ${sqlText(group.survey)} AND filter = ${sqlText(group.filter)}`;
    const ask = async (part, query, draw) => {
        try {
            const answer = await get("sql", { query, limit: 10_000 });
            draw(answer.rows);
        } catch (error) { replace(part, trouble(error, () => ask(part, query, draw))); }
    };
    // One after the other: the server runs two statements at a time, for all who ask.
    const cutQuery = `SELECT cut, sum(rejected) FROM filter_cuts WHERE ${where} AND version = ${sqlText(use.version)} `
        + "GROUP BY cut ORDER BY sum(rejected) DESC";
    await ask(cuts, cutQuery,
        (rows) => replace(cuts, cutView(use, rows)));
    await ask(overlap, overlapQuery(group), (rows) => replace(overlap, overlapView(group, rows)));
}

/** What all versions of a filter said, by night: `[night, judged, passed, broken]`. */
function byNight(versions) {
    const nights = new Map();
    for (const row of versions.flatMap((version) => version.byNight ?? [])) {
        if (row.night === 0) continue;
        const [, judged, passed, broken] = nights.get(row.night) ?? [0, 0, 0, 0];
        nights.set(row.night, [row.night, judged + row.judged, passed + row.passed, broken + row.broken]);
    }
    return [...nights.values()].sort((a, b) => a[0] - b[0]);
}

function yieldView(group, rows) {
    if (rows.length === 0) return h("p", { class: "quiet" }, "It has judged no alert of a known night.");
    const by = new Map(rows.map((row) => [row[0], row]));
    const last = rows.at(-1)[0];
    // The last year, without holes: a night without alerts is not a night without passes.
    const nights = [];
    for (let night = rows[0][0]; night <= last && nights.length < 4000; night = nightAfter(night)) nights.push(night);
    const items = nights.slice(-366).map((night) => {
        const row = by.get(night);
        return {
            label: nightText(night), value: row?.[2] ?? 0, isGap: !row, href: row ? candidates(group, night) : null,
            title: row ? `${nightText(night)}: ${count(row[2])} of ${count(row[1])} passed, ${share(row[2], row[1])}`
                : `${nightText(night)}: nothing judged`,
        };
    });
    const columns = [
        { label: "Night", name: "night", isHeader: true, value: (row) => row[0],
            cell: (row) => h("a", { href: candidates(group, row[0]) }, nightText(row[0])) },
        { label: "Judged", name: "judged", isNumber: true, value: (row) => row[1], cell: (row) => count(row[1]) },
        { label: "Passed", name: "passed", isNumber: true, value: (row) => row[2], cell: (row) => count(row[2]) },
        { label: "Share", name: "share", isNumber: true, value: (row) => row[1] > 0 ? row[2] / row[1] : null,
            cell: (row) => share(row[2], row[1]) },
        { label: "Not judged", name: "broken", isNumber: true, value: (row) => row[3], cell: (row) => count(row[3]),
            className: (row) => row[3] > 0 ? "wrong" : null },
    ];
    const shown = table({ columns, rows, caption: "Yields by night", sort: { column: 0, isDescending: true } });
    return [
        items.length > 1 ? bars({ items, label: "Passed a night" }) : null,
        h("details", { open: rows.length <= 7 },
            h("summary", {}, `Yields of ${plural(rows.length, "night")} in numbers`),
            h("div", { class: "controls" }, csvButton(`${group.filter}-yields.csv`, columns, shown.shown)),
            shown.element),
    ];
}

/** A bar for the share of a whole. */
function shareBar(value, whole) {
    const bar = h("span", { class: "share-bar" });
    bar.style.width = `${whole > 0 ? Math.min(100, value / whole * 100) : 0}%`;
    return h("span", { class: "share", "aria-hidden": "true" }, bar);
}

function cutView(use, rows) {
    return table({
        caption: "Cuts and what they reject", rows, empty: "No cut has rejected an alert.",
        sort: { column: 1, isDescending: true }, columns: [
            { label: "Cut", isHeader: true, value: (row) => row[0], cell: (row) => h("code", {}, row[0]) },
            { label: "Rejects", isNumber: true, title: "alerts for which it is not true, whatever the others say",
                value: (row) => row[1], cell: (row) => count(row[1]) },
            { label: "Of judged", isNumber: true, value: (row) => row[1], cell: (row) => share(row[1], use.judged) },
            { label: "Share", isPlain: true, value: () => null, cell: (row) => shareBar(row[1], use.judged),
                className: () => "share-cell" },
        ],
    }).element;
}

/** The newest ten thousand passes of a filter, and which others let the same alerts pass. */
function overlapQuery(group) {
    const passes = `${group.survey}_passes`;
    const name = sqlText(group.filter);
    return `SELECT b.filter, count(*) FROM (SELECT DISTINCT candid AS id FROM ${passes} WHERE filter = ${name} `
        + `LIMIT 10000) AS a JOIN ${passes} AS b ON b.candid = a.id WHERE b.filter <> ${name} `
        + "GROUP BY b.filter ORDER BY 2 DESC";
}

function overlapView(group, rows) {
    return table({
        caption: "Filters that pass the same alerts", rows, empty: "No other filter passed any of the same alerts.",
        columns: [
            { label: "Filter", isHeader: true, value: (row) => row[0],
                cell: (row) => h("a", { href: `?filter=${encodeURIComponent(`${group.survey}.${row[0]}`)}`,
                class: "name", title: row[0] }, row[0]) },
            { label: "Both", isNumber: true, value: (row) => row[1], cell: (row) => count(row[1]) },
            { label: "Of its passes", isNumber: true, title: `of those of ${group.filter}, 10,000 at most`,
                value: (row) => row[1],
                cell: (row) => share(row[1], Math.min(10_000, group.passed)) },
        ],
    }).element;
}
