// The packets that could not be used: why, where they lie, and what to do.

import { get } from "../api.js";
import { copyButton, h, replace, useStyle } from "../dom.js";
import { bytes, count, plural, sourceName } from "../format.js";
import { csvButton, nothing, pager, skeleton, table, trouble } from "../table.js";

/** What each reason means, and what to do. */
const reasons = {
    empty: ["The packet has no bytes", "nothing can be saved; ask whoever sends"],
    damaged: ["The Avro in it is damaged",
        "look at the byte that is named; get the packet anew if its source has it sound"],
    notAvro: ["Neither an Avro container nor a Confluent frame",
        "look at its first bytes; the source may have other files between alerts"],
    tooLarge: ["More bytes than a packet may have", "its beginning alone is kept; docs/avro.md has the limits"],
    noRecord: ["A container without a record", "nothing can be saved"],
    unknownSchemaID: ["A frame whose schema number nobody knows",
        "bring the schema (scripts/fetch-schemas, or --schema-registry), then replay"],
    schemaUnavailable: ["A frame whose schema could not be asked for",
        "the packet may be sound: replay once the registry answers"],
    unknownSurvey: ["Sound Avro, but of no survey that Nightjar understands",
        "look at its schema: 'nightjar avro schema FILE'"],
    missingField: ["A field without which an alert is none is missing",
        "the field is named; a newer Nightjar may know another place of it"],
    unusableTime: ["Its time is no date that an observation can have", "nothing can be saved; tell the survey"],
    unstorable: ["The tables cannot hold its rows",
        "the reason is SQLite's: remove what stands in the way, such as an index of yours, then replay"],
};

const shellWord = (text) => /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

function command(text) {
    return h("div", { class: "command" }, h("pre", { tabindex: "0" }, text), copyButton(text));
}

function letterView(letter) {
    const data = shellWord(letter.data);
    const facts = [
        ["Reason", letter.reason], ["Source", sourceName(letter.source)], letter.member ? ["File", letter.member] : null,
        ["Partition", count(letter.partition)], ["Packet", count(letter.position)],
        letter.field ? ["Field", letter.field] : null, ["Byte", count(letter.byte)],
        ["Size", `${bytes(letter.size)}${letter.whole ? "" : ", of which the beginning is kept"}`],
        ["SHA-256", letter.sha256], ["Data", letter.data],
    ].filter((fact) => fact);
    return h("div", { class: "letter" },
        h("dl", { class: "facts" }, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
        command(`nightjar dead-letters show ${letter.id} --data ${data} --out letter-${letter.id}.avro`));
}

export async function show(main, context) {
    const code = context.query.get("code");
    const params = { limit: 100, code, cursor: context.query.get("cursor") };
    const calls = [{ label: "Dead letters", path: "dead-letters", params }];
    const says = "Packets that could not be used, each kept byte for byte with the reason.";
    context.head({ title: "Dead letters", says, calls });
    const place = h("div", {}, skeleton(4), skeleton(12));
    main.append(place);
    async function load() {
        try {
            const [answer] = await Promise.all([get("dead-letters", params), useStyle("lists.css")]);
            context.head({ says });
            draw(answer);
        } catch (error) { replace(place, trouble(error, load)); }
    }
    function draw(answer) {
        const total = answer.counts.reduce((sum, row) => sum + row.letters, 0);
        if (total === 0) {
            replace(place, nothing("No dead letter", "Every packet that was received could be used."));
            return;
        }
        const waiting = answer.counts.reduce((sum, row) => sum + row.waiting, 0);
        const most = Math.max(...answer.counts.map((row) => row.letters));
        const share = (row) => {
            const bar = h("span", { class: "share-bar" });
            bar.style.width = `${Math.max(1, row.letters / most * 100)}%`;
            return h("span", { class: "share", "aria-hidden": "true" }, bar);
        };
        const counts = table({
            caption: "Dead letters by reason", rows: answer.counts, sort: { column: 1, isDescending: true }, columns: [
                { label: "Reason", isHeader: true, value: (row) => row.code, cell: (row) => h("a", {
                    href: `/dead-letters?code=${encodeURIComponent(row.code)}`,
                    "aria-current": row.code === code ? "true" : null }, h("code", {}, row.code)) },
                { label: "Letters", isNumber: true, value: (row) => row.letters, cell: (row) => count(row.letters) },
                { label: "Waiting", isNumber: true, title: "those that were not replayed",
                    value: (row) => row.waiting, cell: (row) => count(row.waiting) },
                { label: "Share", isPlain: true, value: () => null, cell: share, className: () => "share-cell" },
                { label: "What it means", value: (row) => reasons[row.code]?.[0] ?? null },
                { label: "What to do", value: (row) => reasons[row.code]?.[1] ?? "read the reason of one of them" },
            ],
        });
        const folders = [...new Set(answer.letters.map((letter) => letter.data))];
        const given = folders.map((folder) => ` --data ${shellWord(folder)}`).join("");
        const columns = [
            { label: "Letter", name: "id", isNumber: true, isHeader: true, value: (row) => Number(row.id),
                cell: (row) => row.id },
            { label: "Message", name: "reason", value: (row) => row.reason,
                cell: (row) => h("details", { class: "letter-more" },
                h("summary", {}, row.reason), letterView(row)) },
            { label: "Reason", name: "code", value: (row) => row.code, cell: (row) => h("code", {}, row.code) },
            { label: "Source", name: "source", value: (row) => row.source,
                cell: (row) => h("span", { class: "source", title: sourceName(row.source) }, row.member ?? sourceName(row.source)) },
            { label: "Part.", name: "partition", isNumber: true, title: "partition", value: (row) => row.partition },
            { label: "Packet", name: "position", isNumber: true,
                title: "its number in the source, such as Kafka's offset", value: (row) => row.position,
                cell: (row) => count(row.position) },
            { label: "Size", name: "size", isNumber: true, value: (row) => row.size, cell: (row) => bytes(row.size) },
            { label: "State", name: "state", value: (row) => row.state,
                cell: (row) => h("span", { class: `state ${row.state === "replayed" ? "good" : "warn"}` }, row.state) },
        ];
        const exported = [...columns, { name: "member", value: (row) => row.member },
            { name: "field", value: (row) => row.field },
            { name: "byte", value: (row) => row.byte }, { name: "sha256", value: (row) => row.sha256 },
            { name: "data", value: (row) => row.data }];
        const letters = table({ caption: "Dead letters", columns, rows: answer.letters });
        replace(place,
            h("div", { class: "verdict-line" }, h("span", { class: "big" }, count(total)),
                h("span", { class: "quiet" }, `dead ${total === 1 ? "letter" : "letters"}, ${count(waiting)} waiting`)),
            counts.element,
            h("h2", {}, "What to do"),
            h("p", {}, "Look at one byte for byte with the command below each message. Once the reason is gone (a ",
                "schema is there, a newer ",
                "Nightjar is installed), process all of them again: what can be used then is stored, and the ledger ",
                    "changes with it."),
            command(`nightjar dead-letters replay${given}`),
            h("h2", {}, code ? ["Letters of the reason ", h("code", {}, code)] : "Each letter"),
            code ? h("p", {}, h("a", { href: "/dead-letters" }, "All reasons")) : null,
            h("div", { class: "controls" }, csvButton("dead-letters.csv", exported, letters.shown)),
            letters.element,
            pager({ query: context.query, next: answer.next, shown: answer.letters.length, what: "letter",
                total: code ? answer.counts.find((row) => row.code === code)?.letters ?? 0 : total }));
    }
    await load();
}
