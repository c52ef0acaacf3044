// Rows of long tables, some at a time: a browser takes seconds for ten thousand.

import { h } from "./dom.js";
import { count } from "./format.js";

// Adds the first rows to a table's body, and gives the button that adds more, or null; `make` gives a row, or several.
export function fillRows(body, list, make, step = 200) {
    let shown = 0;
    const button = h("button", { type: "button", class: "more", on: { click: add } });
    function add() {
        body.append(...list.slice(shown, shown + step).flatMap(make));
        shown = Math.min(list.length, shown + step);
        if (shown === list.length) button.remove();
        else button.textContent = `More: ${count(list.length - shown)} left`;
    }
    add();
    return shown < list.length ? button : null;
}
