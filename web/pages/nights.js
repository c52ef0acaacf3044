// A year of nights as a calendar without holes, and the same as a table.

import { get } from "../api.js";
import { bars } from "../bars.js";
import { h, replace, useStyle } from "../dom.js";
import { count, mjdNow, dateOf, night as nightText, plural } from "../format.js";
import { addsUp, dateOfNight, nightAfter, nightLooks, nightOfDate, nightState, nightWord } from "../nightstate.js";
import { csvButton, nothing, skeleton, table } from "../table.js";

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December"];
const weekdays = [["Mo", "Monday"], ["Tu", "Tuesday"], ["We", "Wednesday"], ["Th", "Thursday"], ["Fr", "Friday"],
    ["Sa", "Saturday"], ["Su", "Sunday"]];
const marks = { wrong: "✕", incomplete: "✕", running: "●", stored: "○", complete: "✓", closed: "–", gap: "" };

const link = (night, survey) => `/nights/${night}${survey ? `?survey=${encodeURIComponent(survey)}` : ""}`;

const reasonOf = (entry) => entry.found.map((one) => one.reason).find((reason) => reason) ?? null;

function says(entry) {
    const [, word] = nightLooks[entry.state];
    if (!entry.counts) {
        const why = reasonOf(entry);
        return `${nightText(entry.night)}: ${word}${why ? `, ${why}` : ""}`;
    }
    const c = entry.counts;
    return `${nightText(entry.night)}: ${word}; received ${count(c.received)}, stored ${count(c.stored)}, passed ${count(c.passedFilter)}, `
        + `repeated ${count(c.duplicates)}, dead letters ${count(c.deadLettered)}`;
}

export async function show(main, context) {
    const calls = [{ label: "The nights with their counts", path: "nights" }, { label: "Their states", path: "states" }];
    context.head({ title: "Nights", says: "Each night's alerts, and whether all of them are accounted for.", calls });
    const place = h("div", {}, skeleton(14, 40));
    main.append(place);
    const [answer, conducted] = await Promise.all([get("nights"), get("states"), useStyle("lists.css")]).catch((error) => {
        place.remove();
        throw error;
    });
    context.head({ says: "Each night's alerts, and whether all of them are accounted for." });
    const entries = new Map();
    const entryOf = (night) => {
        if (!entries.has(night)) entries.set(night, { night, counts: null, found: [] });
        return entries.get(night);
    };
    for (const counts of answer.nights) if (counts.night > 0) entryOf(counts.night).counts = counts;
    for (const one of conducted.states) if (!context.survey || one.survey === context.survey) entryOf(one.night).found.push(one);
    const unknown = answer.nights.find((counts) => counts.night === 0);
    if (entries.size === 0) {
        replace(place, nothing("No night yet",
            "Nights come with their alerts: 'nightjar run SOURCE --data DIR' reads a night's file or stream, ",
            "'nightjar night conduct' whole nights by itself. ", unknown ? unknownNote(unknown) : ""));
        return;
    }
    for (const entry of entries.values()) entry.state = nightState(entry.counts, entry.found);
    const all = [...entries.keys()].sort((a, b) => a - b);
    const years = [...new Set(all.map((night) => Math.floor(night / 10000)))].reverse();
    const chosen = Number(context.query.get("year"));
    const year = years.includes(chosen) ? chosen : years[0];
    const view = drawYear(year, entries, all, context);
    const yearLinks = h("span", { class: "choice", role: "group", "aria-label": "Year" }, years.map((one) => {
        const query = new URLSearchParams(context.query);
        query.set("year", one);
        return h("a", { class: "button", href: `?${query}`, "aria-current": one === year ? "true" : null }, String(one));
    }));
    const rows = () => [...entries.values()].filter((entry) => entry.counts && Math.floor(entry.night / 10000) === year);
    const number = (label, name, title) => ({
        label, name, isNumber: true, title, value: (entry) => entry.counts[name], cell: (entry) => count(entry.counts[name]),
    });
    const columns = [
        { label: "Night", name: "night", isHeader: true, value: (entry) => entry.night,
            cell: (entry) => h("a", { href: link(entry.night, context.survey) }, nightText(entry.night)) },
        { label: "State", name: "state", value: (entry) => nightLooks[entry.state][1], cell: (entry) => nightWord(entry.state) },
        { ...number("Received", "received", "alerts that came, repeated ones among them"),
            className: (entry) => addsUp(entry.counts) ? null : "wrong" },
        number("Stored", "stored"), number("Repeated", "duplicates"), number("Dead letters", "deadLettered"),
        number("Passed", "passedFilter", "by the survey's own filter"), number("Fitted", "fitted"), number("Fit failed", "fitFailed"),
        { label: "Editions", name: "editions", isNumber: true, title: "of the receipt",
            value: (entry) => entry.found.reduce((sum, one) => sum + one.editions.length, 0) },
    ];
    const list = table({ columns, rows: rows(), caption: `Nights of ${year}`, sort: { column: 0, isDescending: true } });
    replace(place, h("div", { class: "controls" }, yearLinks, view.legend), view.element,
        unknown ? unknownNote(unknown) : null,
        h("h2", {}, `Nights of ${year} in numbers`),
        h("div", { class: "controls" }, csvButton(`nights-${year}.csv`, columns, list.shown)), list.element);
}

function unknownNote(counts) {
    return h("p", { class: "notice warn" }, `Of ${plural(counts.received, "packet")} the night is unknown. Most such packets are `,
        h("a", { href: "/dead-letters" }, "dead letters"), ", whose time cannot be read.");
}

/** The twelve months of a year. Days before the first night and after the last have no state: they are no gaps. */
function drawYear(year, entries, all, context) {
    const today = nightOfDate(dateOf(mjdNow()).getTime());
    const [first, last] = [all[0], all.at(-1)];
    const readout = h("p", { class: "readout", "aria-live": "off" }, "Point at a night, or walk through them with the arrow keys.");
    const cells = new Map();
    const entryOf = (night) => entries.get(night)
        ?? (night > first && night < last ? { night, counts: null, found: [], state: "gap" } : null);
    const most = Math.max(1, ...[...entries.values()].map((entry) => entry.counts?.stored ?? 0));
    const makeDay = (night) => {
        const entry = entryOf(night);
        const day = h("span", { class: "number" }, String(night % 100));
        if (!entry) return h("span", { class: night === today ? "day outside today" : "day outside" }, day);
        const element = h(entry.state === "gap" ? "span" : "a", {
            href: entry.state === "gap" ? null : link(night, context.survey), tabindex: "-1", role: entry.state === "gap" ? "img" : null,
            class: `day ${entry.state}`, "aria-label": says(entry),
        }, day, h("span", { class: "mark", "aria-hidden": "true" }, marks[entry.state]));
        if (entry.counts) {
            const fill = h("span", { class: "fill", "aria-hidden": "true" });
            fill.style.width = `${Math.max(4, Math.log1p(entry.counts.stored) / Math.log1p(most) * 100)}%`;
            element.append(fill);
        }
        const tell = () => { readout.textContent = says(entryOf(night)); };
        element.addEventListener("pointerenter", tell);
        element.addEventListener("focus", tell);
        cells.set(night, element);
        return element;
    };
    const month = (place) => {
        const begin = Date.UTC(year, place, 1);
        const days = new Date(Date.UTC(year, place + 1, 0)).getUTCDate();
        const lead = (new Date(begin).getUTCDay() + 6) % 7;
        const weeks = [];
        for (let at = -lead; at < days; at += 7) {
            weeks.push(h("tr", {}, weekdays.map((_, i) => {
                const date = at + i + 1;
                return h("td", {}, date >= 1 && date <= days ? makeDay(year * 10000 + (place + 1) * 100 + date) : null);
            })));
        }
        return h("table", { class: "month" }, h("caption", {}, `${months[place]} ${year}`),
            h("thead", {}, h("tr", {}, weekdays.map(([short, long]) => h("th", { scope: "col", abbr: long }, short)))),
            h("tbody", {}, weeks));
    };
    const calendar = h("div", { class: "calendar" }, months.map((_, place) => month(place)));
    const reachable = () => [...cells.keys()].sort((a, b) => a - b);
    const lastOfYear = reachable().at(-1);
    if (lastOfYear) cells.get(lastOfYear).tabIndex = 0;
    calendar.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
        const now = [...cells].find(([, element]) => element === document.activeElement)?.[0];
        if (!step || now === undefined) return;
        event.preventDefault();
        const nights = reachable();
        const wanted = nightAfter(now, step);
        const next = cells.has(wanted) ? wanted : step > 0 ? nights.find((night) => night > wanted) : nights.findLast((night) => night < wanted);
        if (next === undefined) return;
        cells.get(now).tabIndex = -1;
        cells.get(next).tabIndex = 0;
        cells.get(next).focus();
    });
    const legend = h("span", { class: "legend" });
    const gaps = h("div");
    const strip = h("div");
    const tally = {};
    for (const night of cells.keys()) tally[entryOf(night).state] = (tally[entryOf(night).state] ?? 0) + 1;
    replace(legend, Object.keys(nightLooks).filter((state) => tally[state]).map((state) => h("span", {}, nightWord(state), ` ${tally[state]}`)));
    replace(gaps, gapList(reachable().map(entryOf)));
    const nights = [];
    for (let time = Date.UTC(year, 0, 1); time < Date.UTC(year + 1, 0, 1); time += 86400e3) nights.push(nightOfDate(time));
    replace(strip, bars({
        items: nights.map((night) => {
            const entry = entryOf(night);
            return {
                label: nightText(night), value: entry?.counts?.stored ?? 0, part: entry?.counts?.passedFilter ?? 0,
                title: entry ? says(entry) : nightText(night), href: entry?.counts ? link(night, context.survey) : null,
                isGap: entry?.state === "gap",
            };
        }), label: "Alerts stored a night; darker: passed the survey's own filter", first: `${year}-01-01`, last: `${year}-12-31`,
    }));
    return { legend, element: h("div", {}, readout, calendar, strip, gaps) };
}

/** Runs of nights without alerts, each with what is known of it. */
function gapList(entries) {
    const runs = [];
    for (const entry of entries) {
        if (entry.counts) continue;
        const reason = reasonOf(entry);
        const run = runs.at(-1);
        if (run && run.state === entry.state && run.reason === reason && nightAfter(run.to) === entry.night) run.to = entry.night;
        else runs.push({ from: entry.night, to: entry.night, state: entry.state, reason });
    }
    if (runs.length === 0) return null;
    return [
        h("h2", {}, "Nights without alerts"),
        h("details", { open: runs.length <= 8 }, h("summary", {}, runs.length === 1 ? "one stretch" : `${runs.length} stretches, each with its reason`),
        h("ul", { class: "plain-list" }, runs.map((run) => {
            const nights = Math.round((dateOfNight(run.to) - dateOfNight(run.from)) / 86400e3) + 1;
            return h("li", {}, h("span", { class: "number" }, nightText(run.from), run.to === run.from ? null : [" to ", nightText(run.to)]), " ",
                nightWord(run.state), ` ${plural(nights, "night")}: `,
                run.reason ?? (run.state === "gap" ? "no run took anything in, and no conductor watched"
                    : nightLooks[run.state][2]), ".");
        }))),
    ];
}
