// What a night's receipts and counts say of it, in one word.

import { h } from "./dom.js";

/** Words, looks and meanings, the worst first. */
export const nightLooks = {
    wrong: ["bad", "does not add up", "received is not repeated + stored + dead letters"],
    incomplete: ["bad", "incomplete", "a condition is open, or messages are lost for good"],
    running: ["live", "running", "no verdict yet"],
    stored: ["", "not conducted", "alerts are stored, and no conductor says whether that is all"],
    complete: ["good", "complete", "every alert of the night is accounted for"],
    closed: ["closed", "closed", "there was no stream, or nothing in it: weather, maintenance"],
    gap: ["gap", "nothing", "nothing was received, and no conductor says why"],
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
    for (const receipt of receipts) {
        if (!(last.get(receipt.survey)?.edition > receipt.edition)) last.set(receipt.survey, receipt);
    }
    return [...last.values()];
}

const words = {
    waiting: "running", opening: "running", running: "running", draining: "running", complete: "complete",
    incomplete: "incomplete",
    closed: "closed",
};

/** A receipt's state: the conductor's, or whether its account adds up. */
export const receiptState = (receipt) => words[receipt.state] ?? (receipt.addsUp ? "complete" : "incomplete");

/** The state of a night: the worst of its surveys'. `found` are states of a conductor. */
export function nightState(counts, found) {
    const states = found.map((one) => words[one.state]).filter((state) => state);
    if (counts && !addsUp(counts)) states.push("wrong");
    if (states.length === 0) states.push(counts ? "stored" : "gap");
    return states.sort((a, b) => order.indexOf(a) - order.indexOf(b))[0];
}

const day = 86400e3;
/** A night's number as a date at 0 h UTC, and back. */
export const dateOfNight = (night) => Date.UTC(Math.floor(night / 10000), Math.floor(night / 100) % 100 - 1,
    night % 100);
export const nightOfDate = (time) => {
    const date = new Date(time);
    return date.getUTCFullYear() * 10000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
};
export const nightAfter = (night, days = 1) => nightOfDate(dateOfNight(night) + days * day);
