"use strict";
// A click on a fact lights the places that tell it; a link of the heat map opens its article.
const open = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) { target.open = true; target.scrollIntoView({ block: "start" }); }
};
const light = (row) => {
  const details = row.closest("details");
  const was = row.classList.contains("on");
  details.querySelectorAll(".on").forEach((one) => one.classList.remove("on"));
  if (was) return;
  row.classList.add("on");
  const marks = [...details.querySelectorAll("mark")].filter((mark) => mark.dataset.facts.split(" ").includes(row.dataset.path));
  marks.forEach((mark) => mark.classList.add("on"));
  if (marks.length) marks[0].scrollIntoView({ block: "nearest", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
};
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-path]");
  if (row && !String(getSelection())) light(row);
});
document.addEventListener("keydown", (event) => {
  const row = event.target.closest && event.target.closest("tr[data-path]");
  if (row && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); light(row); }
});
addEventListener("hashchange", open);
open();
