// Finds by id, name or place, and runs SQL that can only read.

import { get } from "../api.js";
import { h, replace, useStyle } from "../dom.js";
import { degrees, number, plural, sexagesimal, utcOfTAI } from "../format.js";
import { alertLink, objectLink } from "../candidaterow.js";
import { csvButton, field, nothing, plain, skeleton, table, trouble } from "../table.js";
import { querySection } from "../sqlquery.js";

const ways = [
    ["an alert's id", "2814105820415015012"], ["an object's name", "ZTF24aabbccc"],
    ["the beginning of one", "ZTF24aab"],
    ["degrees", "149.90321 +2.20511"], ["hours and degrees", "09 59 36.8 +02 12 18"],
    ["the same with signs", "9h59m36.8s +2d12m18s"],
];

export async function show(main, context) {
    const { query } = context;
    context.head({
        title: "Search", says: "Alerts and objects by id, name or place; everything else by SQL.", asOf: null,
        calls: calls(query),
    });
    await useStyle("lists.css");
    const box = h("input", {
        type: "search", name: "q", class: "wide", value: query.get("q") ?? "", autocomplete: "off", spellcheck: "false",
        placeholder: "id, name, or position in any usual form",
    });
    const radius = h("input", {
        type: "number", name: "radius", min: "0.1", max: "3600", step: "any", value: query.get("radius") ?? "",
        placeholder: "auto", class: "mag",
        inputmode: "decimal",
    });
    const results = h("div", { class: "results" });
    const form = h("form", { class: "controls find", role: "search", "aria-label": "Find", on: { submit: (event) => {
        event.preventDefault();
        context.setQuery({ q: box.value.trim(), radius: radius.value });
        find(true);
    } } }, field("Find", box), field("Radius, arcsec", radius), h("button", { class: "main" }, "Find"));
    main.append(form, results);

    let abort = null;
    async function find(isAsked) {
        const { q, survey } = named(query.get("q"), context.survey);
        context.head({ calls: calls(query) });
        if (q === "") {
            replace(results, h("p", { class: "quiet ways" }, "Such as ",
                ways.map(([what, example], i) => [i > 0 ? " · " : null, `${what} `,
                h("code", {}, example)]), "."));
            return;
        }
        abort?.abort();
        abort = new AbortController();
        const { signal } = abort;
        replace(results, skeleton(6));
        try {
            const found = await get("resolve", { q, survey, radius: query.get("radius"), limit: 200 },
                { signal });
            const exact = found.matches.filter((match) => match.kind === "alert" ? match.id === q
                : match.name?.toLowerCase() === q.toLowerCase());
            // What was named exactly is shown at once; "back" leads to where one came from.
            if (isAsked !== "again" && exact.length === 1 && !found.position) {
                location.replace(exact[0].kind === "alert" ? alertLink(exact[0])
                    : objectLink({ ...exact[0], objectId: exact[0].name }));
                return;
            }
            if (found.position) await cone(found, signal); else names(found);
        } catch (error) {
            if (error.name !== "AbortError") replace(results, trouble(error, () => find("again")));
        }
    }

    function names(found) {
        if (found.matches.length === 0) {
            replace(results, nothing(`Nothing is called '${plain(short(found.query))}'`,
                (found.notes ?? []).join("; "), "."));
            return;
        }
        replace(results, h("p", { class: "quiet" },
            [plural(found.matches.length, "match", "matches"),
            ...(found.notes ?? [])].join("; "), "."),
            table({ columns: matchColumns(false), rows: found.matches, caption: "Matches" }).element);
    }

    async function cone(found, signal) {
        const { ra, dec } = found.position;
        const within = Number(query.get("radius")) || found.radius_arcsec || 5;
        const params = { ra, dec, radius: within, survey: named(query.get("q"), context.survey).survey, limit: 1000 };
        context.head({ calls: [...calls(query), { label: "Alerts of the cone", path: "cone", params }] });
        const answer = await get("cone", params, { signal });
        const place = sexagesimal(ra, dec);
        const line = h("p", {}, h("strong", { class: "number" },
            `${degrees(ra, 6)} ${dec < 0 ? "" : "+"}${degrees(dec, 6)}`), " ",
            h("span", { class: "quiet number" }, `${place.ra} ${place.dec}`),
            ` within ${number(within, within < 10 ? 1 : 0)} arcsec: `,
            answer.alerts.length === 0 ? "no alert."
                : `${plural(answer.alerts.length, "alert")}${answer.truncated ? ", the nearest of more" : ""}.`);
        const wider = [10, 60, 600, 3600].find((size) => size > within);
        const widen = answer.alerts.length === 0 && wider ? h("button", { type: "button", on: { click: () => {
            radius.value = String(wider);
            context.setQuery({ radius: wider });
            find("again");
        } } }, `Look within ${wider} arcsec`) : null;
        const byName = found.matches.filter((match) => match.separation_arcsec === null);
        const columns = [
            { label: "Separation", unit: "arcsec", name: "separation_arcsec", isNumber: true,
                value: (row) => row.separation_arcsec, cell: (row) => number(row.separation_arcsec, 2) },
            ...matchColumns(true),
            { label: "Time", unit: "UTC", name: "mjd_tai", value: (row) => row.mjd_tai,
                cell: (row) => h("span", { class: "number" }, utcOfTAI(row.mjd_tai)) },
        ];
        const shown = table({ columns, rows: answer.alerts, caption: "Alerts of the cone",
            sort: { column: 0, isDescending: false } });
        replace(results, byName.length > 0 ? table({ columns: matchColumns(false), rows: byName,
            caption: "Matches by name" }).element : null, line, widen, answer.alerts.length > 0
            ? [h("div", { class: "controls" }, csvButton("cone.csv", columns, shown.shown)), shown.element] : null);
    }
    // The box for SQL stands below what is found: it comes when that has its size.
    if (query.get("sql") && !query.get("q")) find(false); else await find(false);
    main.append(querySection(context));
}

function calls(query) {
    const list = [];
    if (query.get("q")) list.push({ label: "What was found", path: "resolve", params: named(query.get("q"), query.get("survey")) });
    if (query.get("sql")) list.push({ label: "The statement", path: "sql",
        params: { query: query.get("sql"), limit: query.get("limit") }, sql: query.get("sql") });
    return list;
}

/** What is looked for, and of which survey: `ztf/ID` names both. */
function named(text, survey) {
    const whole = text?.trim() ?? "";
    const [, prefix, rest] = /^(ztf|lsst|elasticc|winter)\s*\/\s*(\S.*)$/i.exec(whole) ?? [];
    return rest ? { q: rest, survey: prefix.toLowerCase() } : { q: whole, survey };
}

const short = (text) => text.length > 60 ? `${text.slice(0, 59)}…` : text;

function matchColumns(isAlert) {
    const name = (row) => row.objectId ?? row.name ?? null;
    const shown = (row) => plain(name(row));
    const object = { label: "Object", name: "objectId", isHeader: true, value: name,
        cell: (row) => name(row) === null ? "–" : h("a", { href: objectLink({ ...row, objectId: name(row) }),
            class: "name", title: shown(row) }, shown(row)) };
    return [
        object,
        ...(isAlert ? [] : [{ label: "What", value: (row) => row.kind }]),
        { label: isAlert ? "Alert" : "Newest alert", name: "id", value: (row) => row.id ?? null,
            cell: (row) => row.id ? h("a", { href: alertLink(row), class: "number" }, row.id) : "–" },
        { label: "Survey", name: "survey", value: (row) => row.survey, cell: (row) => row.survey.toUpperCase() },
        { label: "RA", unit: "deg", name: "ra", isNumber: true, value: (row) => row.ra,
            cell: (row) => degrees(row.ra, 6) },
        { label: "Dec", unit: "deg", name: "dec", isNumber: true, value: (row) => row.dec,
            cell: (row) => degrees(row.dec, 6) },
    ];
}
