"use strict";
// Links facts and highlights: a fact's id is the path that its highlights name in data-facts.
(() => {
  const facts = new Map([...document.querySelectorAll("button.fact")].map((fact) => [fact.id, fact]));
  const marks = [...document.querySelectorAll("mark")];
  const status = document.querySelector("[role=status]");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let current = null;
  let turn = 0;

  const paths = (mark) => mark.dataset.facts.split(" ");
  const show = (element, block) => element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block });

  // Segments of one span that lie next to each other are one place.
  const places = (path) => {
    const mine = marks.filter((mark) => paths(mark).includes(path));
    return mine.filter((mark, at) => at === 0 || mark.previousSibling !== mine[at - 1]);
  };

  const select = (path) => {
    for (const lit of document.querySelectorAll(".on")) lit.classList.remove("on");
    for (const fact of facts.values()) fact.setAttribute("aria-pressed", String(fact.id === path));
    current = path;
    const found = path === null ? [] : places(path);
    if (path !== null) {
      facts.get(path).classList.add("on");
      for (const mark of marks) mark.classList.toggle("on", paths(mark).includes(path));
      status.textContent = found.length === 1 ? "1 place in the article" : `${found.length} places in the article`;
    } else {
      status.textContent = "";
    }
    return found;
  };

  const toArticle = (path) => {
    if (!facts.has(path)) return;
    turn = path === current ? turn + 1 : 0;
    const found = select(path);
    // The last place tells most, and is the one quoted in the report; the next clicks show the others.
    if (found.length) show(found[(turn + found.length - 1) % found.length], "center");
  };

  const toReport = (mark) => {
    const mine = paths(mark);
    const path = mine[(mine.indexOf(current) + 1) % mine.length];
    turn = 0;
    select(path);
    show(facts.get(path), "nearest");
  };

  document.addEventListener("click", (event) => {
    const fact = event.target.closest("button.fact");
    const mark = event.target.closest("mark");
    const link = event.target.closest("a[href^='#']");
    if (fact) toArticle(fact.id);
    else if (mark) toReport(mark);
    else if (link) {
      event.preventDefault();
      const path = link.getAttribute("href").slice(1);
      toArticle(path);
      if (facts.has(path)) show(facts.get(path), "nearest");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") select(null);
    const mark = event.target.closest("mark");
    if (mark && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      toReport(mark);
    }
  });

  if (facts.has(location.hash.slice(1))) toArticle(location.hash.slice(1));
})();
