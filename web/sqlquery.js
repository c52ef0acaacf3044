// The part of the page of search that runs SQL.

import { ApiProblem, get, part, url } from "./api.js";
import { announce, h, replace } from "./dom.js";
import { duration, plural, tidy } from "./format.js";
import { sqlEditor } from "./sqleditor.js";
import { field, select, skeleton, table, trouble } from "./table.js";

const surveys = ["ztf", "lsst", "elasticc", "winter"];
const objectNames = /^(objectId|diaObjectId|ssObjectId|object_id)$/i;
const alertNames = /^(candid|diaSourceId|alert_candid|alert_diaSourceId)$/i;
/** ZTF's own marks of no id. */
const noIds = new Set(["0", "-999", "-99999", ""]);

/** Statements to begin with, of the surveys that are here. */
function examples(found) {
    const survey = found?.[0] ?? "ztf";
    const isLSST = survey === "lsst" || survey === "elasticc";
    const [id, time, value, band] = isLSST ? ["diaSourceId", "midpointMjdTai", "psfFlux", "band"]
        : ["candid", "jd", "magpsf", "fid"];
    const first = `${survey}_alerts`;
    const brightest = isLSST ? `${value} DESC` : value;
    const list = [
        ["Alerts by night", "SELECT night, count(*) AS alerts, count(DISTINCT objectId) AS objects", `FROM ${first}`,
            "GROUP BY night ORDER BY night DESC"],
        ["Brightest of the newest night", `SELECT ${id}, objectId, ra, dec, ${value}, ${band}`, `FROM ${first}`,
            `WHERE night = (SELECT max(night) FROM ${first}) AND is_extragalactic_transient`,
            `ORDER BY ${brightest} LIMIT 100`],
        ["A light curve", `SELECT ${time}, ${band}, ${value}`, `FROM ${survey}_detections`,
            `WHERE objectId = (SELECT objectId FROM ${first} WHERE is_extragalactic_transient LIMIT 1)`,
            `ORDER BY ${time}`],
        ["Good fits", `SELECT objectId, ${id}, z, z_err, x1, c, chisq, ndof, quality`, `FROM ${survey}_salt2`,
            "WHERE quality = 'good' ORDER BY chisq / ndof LIMIT 100"],
        ["Passes by filter", "SELECT filter, night, count(*) AS passes", `FROM ${survey}_passes`,
            "GROUP BY filter, night ORDER BY passes DESC"],
    ];
    return list.map(([name, ...lines]) => [name, lines.join("\n")]);
}

/** The survey that a statement is about, where it names one alone. */
function surveyOf(sql) {
    const named = surveys.filter((survey) => new RegExp(`\\b${survey}_`, "i").test(sql));
    return named.length === 1 ? named[0] : null;
}

function resultTable(answer, sql) {
    const survey = surveyOf(sql);
    const query = survey ? `?survey=${survey}` : "";
    const columns = answer.columns.map((name, place) => {
        const values = answer.rows.slice(0, 200).map((row) => row[place]).filter((value) => value !== null);
        const isLink = objectNames.test(name) || alertNames.test(name);
        const isNumber = !isLink && values.length > 0 && values.every((value) => typeof value === "number");
        const value = (row) => row[place];
        const cell = (row) => {
            const found = row[place];
            if (found === null) return h("span", { class: "quiet" }, "null");
            const text = String(found);
            if (isLink && !noIds.has(text.trim())) {
                return h("a", { href: `/${objectNames.test(name) ? "objects" : "alerts"}/${part(text)}${query}`,
                    class: "name", title: text }, text);
            }
            // The export has all digits.
            if (typeof found === "number") return h("span", { title: text }, tidy(found, name));
            return text.length > 48 ? h("span", { class: "long", title: text.slice(0, 2000) }, text) : text;
        };
        return { label: name === "" ? "(no name)" : name, name, value, cell, isNumber };
    });
    return { columns, ...table({ columns, rows: answer.rows, caption: "Rows of the statement", empty: "No row." }) };
}

/** A list of tables, each with its columns; a click writes the name. */
function tableList(tables, insert) {
    if (tables.length === 0) return h("p", { class: "quiet" }, "No table yet.");
    // Internal tables have no description, and come last.
    const ordered = [...tables].sort((a, b) => !a.description - !b.description || a.name.localeCompare(b.name));
    return h("ul", { class: "tables" }, ordered.map((one) => h("li", {}, h("details", {},
        h("summary", { title: one.description ?? "internal" }, one.name,
            h("span", { class: "quiet" }, ` ${one.columns.length}`)),
        h("div", { class: "columns" }, h("button", { type: "button", class: "small",
            on: { click: () => insert(one.name) } }, "write the name"),
            h("ul", {}, one.columns.map((column) => h("li", {},
                h("button", { type: "button", class: "plain small", title: column.description || null,
                    on: { click: () => insert(column.name) } }, column.name),
                h("span", { class: "quiet" }, [column.unit, column.type].filter((text) => text).join(", "))))))))));
}

/** The section: editor, tables, examples, rows. */
export function querySection(context) {
    const { query } = context;
    const list = examples(context.survey ? [context.survey] : context.info.surveys);
    const output = h("div", { class: "results" });
    const status = h("span", { class: "quiet", role: "status" });
    const editor = sqlEditor({
        value: query.get("sql") ?? list[0][1], label: "SQL: one SELECT", onRun: () => run(), describedBy: "sql-says",
    });
    const limits = select("limit", [["100", "100 rows"], ["1000", "1,000 rows"], ["10000", "10,000 rows"]],
        query.get("limit") ?? "1000", () => {});
    const runButton = h("button", { type: "button", class: "main", title: "Ctrl-Enter", on: { click: () => run() } },
        "Run");
    const stop = h("button", { type: "button", hidden: true, on: { click: () => abort?.abort() } }, "Stop");
    const example = select("example", [["", "write one"], ...list.map(([name], i) => [String(i), name])], "",
        (value) => {
        if (value !== "") editor.value = list[Number(value)][1];
        example.value = "";
    });
    const tables = h("div", { class: "table-list", tabindex: "0", role: "region",
        "aria-label": "Tables and their columns" }, h("p", { class: "quiet" }, "…"));
    let abort = null;

    async function run() {
        const sql = editor.value.trim();
        if (sql === "") return;
        abort?.abort();
        abort = new AbortController();
        const { signal } = abort;
        const params = { query: sql, limit: limits.value };
        context.setQuery({ sql, limit: limits.value === "1000" ? null : limits.value });
        context.head({ calls: [{ label: "The statement", path: "sql", params, sql }] });
        editor.mistake(null);
        stop.hidden = false;
        status.textContent = "";
        const waiting = setTimeout(() => { status.textContent = "running; it ends after 2 s"; replace(output,
            skeleton(8)); }, 300);
        const begin = performance.now();
        try {
            const answer = await get("sql", params, { signal });
            const shown = resultTable(answer, sql);
            const rows = plural(answer.rows.length, "row");
            const took = duration((performance.now() - begin) / 1000);
            const says = `${rows}${answer.truncated ? " of more" : ""} in ${took}`;
            status.textContent = says;
            announce(says);
            replace(output, answer.truncated
                ? h("p", { class: "notice warn" }, "There are more rows: take a higher limit, or ask for less.") : null,
                h("div", { class: "controls" }, [["csv", "CSV"], ["votable", "VOTable"],
                    ["json", "JSON"]].map(([format, name]) =>
                        h("a", { class: "button", href: url("sql", { ...params, format }),
                            download: `rows.${format === "votable" ? "vot" : format}` }, name))),
                shown.element);
        } catch (error) {
            status.textContent = "";
            if (error.name === "AbortError") { status.textContent = "stopped"; replace(output); return; }
            if (error instanceof ApiProblem && error.status === 400) {
                replace(output);
                // The statement's beginning, which the message ends with, stands above.
                const said = / \[([^\n]*)\]$/.exec(error.detail);
                editor.mistake(said && sql.startsWith(said[1]) ? error.detail.slice(0, said.index) : error.detail);
                return;
            }
            replace(output, trouble(error, run));
        } finally {
            clearTimeout(waiting);
            if (signal === abort.signal) stop.hidden = true;
        }
    }

    get("tables").then((answer) => {
        editor.tables = answer.tables;
        replace(tables, tableList(answer.tables, editor.insert));
    }, (error) => replace(tables, trouble(error)));
    if (query.get("sql")) run();
    return h("section", { class: "query" }, h("h2", { id: "sql" }, "SQL"),
        h("p", { class: "quiet", id: "sql-says" },
            "One SELECT of SQLite's SQL over all data folders. It can change nothing, and ends after 2 s. ",
            h("kbd", {}, "Ctrl"), " ", h("kbd", {}, "Enter"), " runs it, ", h("kbd", {}, "Tab"),
            " takes a name that is offered."),
        h("div", { class: "query-grid" },
            h("div", { class: "query-main" }, editor.element,
                h("div", { class: "controls" }, runButton, stop, field("Rows at most", limits),
                    field("Examples", example), status), output),
            h("aside", { "aria-label": "Tables" }, h("h3", {}, "Tables"), tables)));
}
