"use strict";
// Tables with the class "sortable" get buttons in their headers, and a field that hides the rows without its words.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0], rows = [...body.rows], headers = [...table.tHead.rows[0].cells];
  const inOrder = new Intl.Collator(undefined, {numeric: true}).compare;
  const compare = (one, other) => "value" in one.dataset
    ? one.dataset.value - other.dataset.value
    : inOrder(one.textContent.trim(), other.textContent.trim());

  headers.forEach((header, column) => {
    if (header.tagName !== "TH") return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const sign = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      headers.forEach(each => each.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      body.append(...rows.sort((one, other) => sign * compare(one.cells[column], other.cells[column])));
    });
  });

  const words = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
  const label = document.createElement("label"), field = document.createElement("input"), count = document.createElement("output");
  field.type = "search";
  label.className = "filter";
  label.append("Show rows with ", field, " ", count);
  table.parentElement.before(label);
  field.addEventListener("input", () => {
    const wanted = field.value.toLowerCase().split(/\s+/);
    for (const row of rows) row.hidden = !wanted.every(word => words.get(row).includes(word));
    count.value = field.value.trim() && `${rows.filter(row => !row.hidden).length} of ${rows.length}`;
  });
}
