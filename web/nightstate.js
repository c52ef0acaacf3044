// What a night's receipts and counts say of it, in one word.

import { get } from "./api.js";
import { h } from "./dom.js";

/** Words, looks and meanings, the worst first. */
export const nightLooks = {
    wrong: ["bad", "does not add up", "received is not repeated + stored + dead letters"],
    incomplete: ["bad", "incomplete", "a condition is open, or messages are lost for good"],
    running: ["live", "running", "its workers read"],
    stored: ["", "no receipt", "alerts are stored, and no receipt says whether that is all"],
    complete: ["good", "complete", "every alert of the night is accounted for"],
    closed: ["closed", "closed", "there was no stream, or nothing in it: weather, maintenance"],
    gap: ["gap", "nothing", "nothing was received, and no receipt says why"],
};

/** A state as a word with its shape and colour. */
export function nightWord(state) {
    const [look, word, meaning] = nightLooks[state];
    return h("span", { class: `state ${look}`, title: meaning }, word);
}

const order = Object.keys(nightLooks);

/** Whether each received alert has exactly one outcome. */
export const addsUp = (counts) => counts.received === counts.duplicates + counts.stored + counts.deadLettered;

/** The last edition of each survey's receipt. */
export function lastEditions(receipts) {
    const last = new Map();
    for (const receipt of receipts ?? []) {
        if (!(last.get(receipt.survey)?.edition > receipt.edition)) last.set(receipt.survey, receipt);
    }
    return [...last.values()];
}

/** A receipt's state: the conductor's, or whether its account adds up. */
export function receiptState(receipt) {
    if (receipt.state === "closed") return "closed";
    if (["waiting", "opening", "running", "draining"].includes(receipt.state)) return "running";
    if (receipt.state === "incomplete") return "incomplete";
    const isComplete = receipt.isComplete ?? (receipt.addsUp ?? false);
    return isComplete ? "complete" : "incomplete";
}

/** The state of a night: the worst of its surveys. */
export function nightState(counts, receipts) {
    const states = lastEditions(receipts).map(receiptState);
    if (counts && !addsUp(counts)) states.push("wrong");
    if (states.length === 0) states.push(counts ? "stored" : "gap");
    return states.sort((a, b) => order.indexOf(a) - order.indexOf(b))[0];
}

/** The receipts of nights whose list has none beside them, a few at a time; `onNight(night, receipts)` as each comes. */
export async function followReceipts(nights, onNight) {
    const waiting = [...nights];
    const work = async () => {
        for (let night = waiting.shift(); night !== undefined; night = waiting.shift()) {
            onNight(night, (await get(`nights/${night}/receipts`)).receipts);
        }
    };
    await Promise.all([work(), work(), work(), work()]);
}

const day = 86400e3;
/** A night's number as a date at 0 h UTC, and back. */
export const dateOfNight = (night) => Date.UTC(Math.floor(night / 10000), Math.floor(night / 100) % 100 - 1, night % 100);
export const nightOfDate = (time) => {
    const date = new Date(time);
    return date.getUTCFullYear() * 10000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
};
export const nightAfter = (night, days = 1) => nightOfDate(dateOfNight(night) + days * day);
