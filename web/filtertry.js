// Tries a filter over nights that are archived: page by page, each bounded by the server, until the last or until it
// is stopped.

import { ApiProblem, get, post } from "./api.js";
import { announce, h, replace } from "./dom.js";
import { count, duration, night as nightText, number, plural, utcOfTAI } from "./format.js";
import { alertLink, objectLink } from "./candidaterow.js";
import { sqlEditor } from "./sqleditor.js";
import { csvButton, field, plain, select, table, trouble } from "./table.js";

const surveys = ["ztf", "lsst", "elasticc", "winter"];
/** Passed alerts that are kept for the table. */
const mostPasses = 2000;

const start = `SELECT isdiffpos = 't' AS is_positive_sub,
       drb > 0.7 AS is_real,
       jd - jdstarthist < 5 AS is_young
FROM alert`;
const startOfLSST = `SELECT psfFlux > 0 AND NOT coalesce(isNegative, 0) AS is_positive_sub,
       snr > 10 AS is_significant,
       (SELECT count(*) FROM detections) >= 2 AS seen_twice
FROM alert`;

/** Adds a page's answer to what is there. */
export function added(total, answer) {
    const by = (list, more, key, names) => {
        const all = new Map(list.map((item) => [item[key], { ...item }]));
        for (const item of more ?? []) {
            const known = all.get(item[key]);
            if (!known) all.set(item[key], { ...item });
            else for (const name of names) if (name in item) known[name] = (known[name] ?? 0) + item[name];
        }
        return [...all.values()];
    };
    return {
        tried: total.tried + answer.tried, passed: total.passed + answer.passed,
        seconds: total.seconds + (answer.seconds ?? 0),
        broken: total.broken + answer.broken, damaged: total.damaged + answer.damaged,
        reason: total.reason ?? answer.reason ?? null,
        nights: by(total.nights, answer.nights, "night", ["tried", "passed"]).sort((a, b) => a.night - b.night),
        cuts: by(total.cuts, answer.cuts, "cut", ["passes", "fails", "null", "left", "alone"]),
        passes: [...total.passes, ...(answer.passes ?? [])].slice(0, mostPasses),
    };
}

const nothingYet = () => ({ tried: 0, passed: 0, seconds: 0, broken: 0, damaged: 0, reason: null, nights: [],
    cuts: [], passes: [] });

/** A share; small ones with another digit. */
const percent = (share) => share === 0 ? "0 %" : `${number(share * 100, share < 0.001 ? 3 : 2)} %`;
const share = (part, whole) => whole > 0 ? percent(part / whole) : "–";

function bar(value, whole) {
    const inner = h("span", { class: "share-bar" });
    inner.style.width = `${whole > 0 ? Math.min(100, value / whole * 100) : 0}%`;
    return h("span", { class: "share", "aria-hidden": "true" }, inner);
}

/** How wide a filter is: a run refuses what passes more than 5 % of a night. */
function width(total) {
    const part = total.passed / total.tried;
    if (total.passed === 0) return ["warn", "nothing passes"];
    if (part > 0.05) return ["bad", "too wide: a run lets 5 % pass at most, unless --allow-wide names it"];
    return ["good", "a run would take it"];
}

/** `known`: filters to begin with, `{name, survey, sql}`. */
export function trySection(context, known) {
    const { query } = context;
    const here = context.info.surveys ?? [];
    const first = known.find((one) => one.name === query.get("try"));
    let survey = query.get("trySurvey") ?? first?.survey ?? context.survey ?? here[0] ?? "ztf";
    const editor = sqlEditor({
        value: first?.sql ?? (survey === "lsst" ? startOfLSST : start),
        label: "The filter: one SELECT, each column a cut", onRun: () => run(), rows: 10,
        describedBy: "try-says",
    });
    const surveyChoice = select("survey", surveys.map((one) => [one, one.toUpperCase()]), survey,
        (value) => { survey = value; columns(); });
    const nightChoice = select("night", [["", "all nights"]], "", () => {});
    const knownChoice = select("known", [["", "own text"], ...known.map((one) => [one.name, one.name])],
        first?.name ?? "", (value) => {
        const chosen = known.find((one) => one.name === value);
        context.setQuery({ try: value });
        if (!chosen) return;
        editor.value = chosen.sql;
        survey = chosen.survey;
        surveyChoice.value = survey;
        columns();
    });
    const runButton = h("button", { type: "button", class: "main", title: "Ctrl-Enter", on: { click: () => run() } },
        "Try");
    const stop = h("button", { type: "button", disabled: true, on: { click: () => abort?.abort() } }, "Stop");
    const progress = h("progress", { max: "1", value: "0", "aria-label": "Alerts tried", class: "idle" });
    const status = h("span", { role: "status", class: "quiet" });
    const output = h("div", { class: "results" });
    let abort = null;
    let alerts = new Map();

    /** Columns that a filter sees, for completion: the survey's tables without their prefix. */
    let tables = [];
    function columns() {
        const names = { alerts: "alert", detections: "detections", limits: "limits", forced: "forced", salt2: "fit" };
        editor.tables = tables.filter((one) => one.name.startsWith(`${survey}_`)).flatMap((one) => {
            const name = names[one.name.slice(survey.length + 1)];
            return name ? [{ ...one, name }] : [];
        });
    }
    get("tables").then((answer) => { tables = answer.tables; columns(); },
        () => { /* one writes without completion */ });
    get("nights").then((answer) => {
        alerts = new Map(answer.nights.map((row) => [row.night, row.stored ?? 0]));
        nightChoice.append(...answer.nights.filter((row) => row.night > 0).map((row) => h("option",
            { value: row.night }, nightText(row.night))));
    }, () => { /* all nights, then */ });

    const whole = () => nightChoice.value ? alerts.get(Number(nightChoice.value)) ?? 0
        : [...alerts.values()].reduce((sum, stored) => sum + stored, 0);

    async function run() {
        const sql = editor.value.trim();
        if (sql === "") return;
        abort?.abort();
        abort = new AbortController();
        const { signal } = abort;
        editor.mistake(null);
        replace(output);
        let [total, cursor, pages] = [nothingYet(), null, 0];
        stop.disabled = false;
        progress.classList.remove("idle");
        progress.removeAttribute("value");
        const night = nightChoice.value;
        const say = (word) => {
            status.textContent = `${word}: ${count(total.passed)} of ${count(total.tried)} pass, ${duration(total.seconds)}`;
        };
        status.textContent = "trying";
        try {
            do {
                const answer = await post("filters/test", { survey, night, cursor, limit: 200 }, sql, { signal });
                total = added(total, answer);
                cursor = answer.next ?? null;
                pages += 1;
                progress.max = Math.max(whole(), total.tried, 1);
                progress.value = total.tried;
                say(cursor ? "trying" : "done");
                replace(output, resultView(total, survey, cursor === null));
            } while (cursor !== null);
            announce(status.textContent);
        } catch (error) {
            if (error.name === "AbortError") {
                say("stopped");
            } else if (error instanceof ApiProblem && error.status === 400 && pages === 0) {
                status.textContent = "";
                editor.mistake(error.detail);
            } else {
                status.textContent = "";
                replace(output, trouble(error, run), total.tried > 0 ? resultView(total, survey, false) : null);
            }
        } finally {
            if (signal === abort.signal) {
                stop.disabled = true;
                progress.classList.add("idle");
            }
        }
    }

    return h("section", { class: "try" }, h("h2", { id: "try" }, "Try one over past nights"),
        h("p", { class: "quiet", id: "try-says" },
            "A filter is one SELECT over the tables of an alert (alert, detections, limits, forced, fit, scores, ",
                "host, and each ",
            "catalogue); each column is a cut, and an alert passes where all are true. Each packet is judged as it ",
                "was when it came. ",
            h("a", { href: "/help/filter" }, "How filters are written"), "."),
        h("div", { class: "controls" }, field("Begin with", knownChoice), field("Survey", surveyChoice),
            field("Night", nightChoice)),
        editor.element,
        h("div", { class: "controls try-line" }, runButton, stop, progress, status), output);
}

function resultView(total, survey, isWhole) {
    const [look, word] = width(total);
    const nights = table({
        caption: "By night", rows: total.nights, sort: { column: 0, isDescending: true }, columns: [
            { label: "Night", isHeader: true, value: (row) => row.night,
                cell: (row) => h("a", { href: `/nights/${row.night}` }, nightText(row.night)) },
            { label: "Alerts", isNumber: true, value: (row) => row.tried, cell: (row) => count(row.tried) },
            { label: "Pass", isNumber: true, value: (row) => row.passed, cell: (row) => count(row.passed) },
            { label: "Share", isNumber: true, value: (row) => row.tried > 0 ? row.passed / row.tried : null,
                cell: (row) => share(row.passed, row.tried) },
        ],
    });
    const cuts = table({
        caption: "By cut", rows: total.cuts, columns: [
            { label: "Cut", isHeader: true, value: (row) => row.cut, cell: (row) => h("code", {}, row.cut) },
            { label: "True", isNumber: true, value: (row) => row.passes, cell: (row) => count(row.passes) },
            { label: "False", isNumber: true, value: (row) => row.fails, cell: (row) => count(row.fails) },
            { label: "Null", isNumber: true, title: "unknown, which does not pass", value: (row) => row.null,
                cell: (row) => count(row.null) },
            { label: "Left", isNumber: true, title: "after this cut and those before it", value: (row) => row.left,
                cell: (row) => count(row.left) },
            { label: "Alone", isNumber: true, title: "what this cut alone rejects", value: (row) => row.alone,
                cell: (row) => count(row.alone) },
            { label: "Share", isPlain: true, value: () => null, cell: (row) => bar(row.left, total.tried),
                className: () => "share-cell" },
        ],
    });
    const columns = [
        { label: "Time", unit: "UTC", name: "mjd_tai", value: (row) => row.mjd_tai,
            cell: (row) => h("span", { class: "number" }, utcOfTAI(row.mjd_tai, { seconds: true })) },
        { label: "Alert", name: "id", isHeader: true, value: (row) => row.id,
            cell: (row) => h("a", { href: alertLink({ survey, ...row }), class: "number" }, row.id) },
        { label: "Object", name: "objectId", value: (row) => row.objectId ?? null, cell: (row) => row.objectId
            ? h("a", { href: objectLink({ survey, ...row }), class: "name", title: plain(row.objectId) },
                plain(row.objectId)) : "–" },
        { label: "RA", unit: "deg", name: "ra", isNumber: true, value: (row) => row.ra,
            cell: (row) => number(row.ra, 5) },
        { label: "Dec", unit: "deg", name: "dec", isNumber: true, value: (row) => row.dec,
            cell: (row) => number(row.dec, 5) },
    ];
    const passes = table({ columns, rows: total.passes, caption: "Alerts that pass", empty: "None so far." });
    return [
        h("div", { class: "verdict-line" }, h("span", { class: `state ${look}` }, isWhole ? word : "so far"),
            h("span", { class: "big" }, count(total.passed)),
            h("span", { class: "quiet" }, `of ${plural(total.tried, "alert")}, ${share(total.passed, total.tried)}`)),
        total.broken > 0 ? h("p", { class: "notice warn" }, `${plural(total.broken, "alert")} could not be judged`,
            total.reason ? `: ${total.reason}` : ".") : null,
        total.damaged > 0 ? h("p", { class: "notice bad" },
            `${plural(total.damaged, "record")} of the archive `,
            total.damaged === 1 ? "is damaged, and was left out: " : "are damaged, and were left out: ",
            h("code", {}, "nightjar verify"), " names them.") : null,
        h("div", { class: "columns-2" }, h("div", {}, h("h3", {}, "By cut"), cuts.element),
            h("div", {}, h("h3", {}, "By night"), nights.element)),
        h("h3", {}, total.passed > total.passes.length ? `The first ${count(total.passes.length)} that pass`
            : "Alerts that pass"),
        h("div", { class: "controls" }, csvButton("passes.csv", columns, passes.shown)), passes.element,
    ];
}
